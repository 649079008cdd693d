# completions.bats: the completion scripts say what the programs say.

load helper

# Scripts for one program whose options do not change: the frame of tests/unit.
frame_scripts() {
    mkdir bin
    cp "$BUILD/unit/frame" bin/spk-frame
    "$ROOT/scripts/completions" "$PWD/bin" "$PWD/out"
}

# complete_words WORD...: what bash offers for the last word, one a line.
complete_words() {
    bash -c 'source out/spk.bash
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _spk
        printf "%s\n" "${COMPREPLY[@]}"' complete "$@"
}

@test "the checked-in scripts are those of the programs (make completions)" {
    "$ROOT/scripts/completions" "$BUILD/bin" "$PWD/out"
    for script in spk.bash _spk spk.fish; do diff "$ROOT/completions/$script" "out/$script"; done
}

@test "the script for bash is valid" {
    bash -n "$ROOT/completions/spk.bash"
}

@test "the script for zsh is valid" {
    command -v zsh >/dev/null || skip "no zsh"
    zsh -n "$ROOT/completions/_spk"
}

@test "the script for fish is valid" {
    command -v fish >/dev/null || skip "no fish"
    fish -n "$ROOT/completions/spk.fish"
}

@test "bash completes programs, methods, options, choices and files" {
    frame_scripts
    touch model.spk
    run -0 complete_words spk fr
    assert_output frame
    run -0 complete_words spk-frame po
    assert_output poisson
    run -0 complete_words spk frame poisson --max-r
    assert_output -- --max-rate
    run -0 complete_words spk-frame latency --max-r
    assert_output ""
    run -0 complete_words spk-frame latency --order sh
    assert_output shuffled
    run -0 complete_words spk-frame latency --order = ""
    assert_output $'file\nshuffled'
    run -0 complete_words spk-frame latency --model mo
    assert_output model.spk
    run -0 complete_words spk-frame latency mo
    assert_output model.spk
    run -0 complete_words spk-frame latency --duration 3
    assert_output ""
}

@test "fish completes programs, methods, options and choices" {
    command -v fish >/dev/null || skip "no fish"
    frame_scripts
    offered() { HOME=$PWD fish -c "source out/spk.fish; complete -C '$1'" | cut -f 1; }
    assert_equal "$(offered 'spk fr')" frame
    assert_equal "$(offered 'spk-frame po')" poisson
    assert_equal "$(offered 'spk frame poisson --max-r')" --max-rate
    assert_equal "$(offered 'spk-frame latency --max-r')" ""
    assert_equal "$(offered 'spk-frame latency --order sh')" shuffled
}
