# install.bats: `make install` puts everything in its place, from where it works alone; `make uninstall`
# takes all of it away.
load helper

# What stands in the way of a package: a compiler that fails, so that nothing is built again.
make_target() { # make_target TARGET
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$ROOT" CC=false BUILD="${BUILD#"$ROOT/"}" \
        DESTDIR="$PWD/root" PREFIX=/usr "$1"
}

# installed COMMAND...: run with the installed programs and pages alone, away from the tree.
installed() {
    env -u BUILD PATH="$PWD/root/usr/bin:/usr/bin:/bin" MANPATH="$PWD/root/usr/share/man" "$@"
}

@test "installed programs, manual pages and completions work from there" {
    make_target install
    version=$(sed -n 's/^VERSION := //p' "$ROOT/Makefile")
    run -0 installed spk --version
    assert_output --partial "$version"
    for program in "$BUILD"/bin/*; do [ -x "root/usr/bin/${program##*/}" ]; done
    installed sh -c 'spk-encode poisson --full-scale 16 --limit 3 --label-column label "$1" | spk info' \
        sh root/usr/share/spikepipe/datasets/digits/digits.csv.gz >info.tsv
    run -0 awk '$1 == "complete" || $1 == "samples"' info.tsv
    assert_output "$(printf 'complete\tyes\nsamples\t3')"

    for page in "$ROOT"/man/*.[1-9]; do
        cmp "$page" "root/usr/share/man/man${page##*.}/${page##*/}"
    done
    if command -v mandoc >/dev/null && command -v man >/dev/null; then
        run -0 installed man -w spk-encode
        assert_output "$PWD/root/usr/share/man/man1/spk-encode.1"
    fi

    bash=root/usr/share/bash-completion/completions
    for program in "$BUILD"/bin/*; do cmp "$ROOT/completions/spk.bash" "$bash/${program##*/}"; done
    cmp "$ROOT/completions/_spk" root/usr/share/zsh/site-functions/_spk
    cmp "$ROOT/completions/spk.fish" root/usr/share/fish/vendor_completions.d/spk.fish
}

@test "what is shared is installed as it is in the tree, without what was made there" {
    made=$ROOT/share/experiments/digits/out/install.bats
    mkdir -p "$made"
    touch "$made/weights.spk"
    make_target install
    rm -r "$made"
    rmdir --ignore-fail-on-non-empty "$ROOT/share/experiments/digits/out"
    run -0 find root \( -name out -o -name mnist -o -name __pycache__ \)
    assert_output ""
    for part in datasets experiments python; do
        diff -r -x out -x mnist -x __pycache__ "$ROOT/share/$part" "root/usr/share/spikepipe/$part"
    done
    [ -x root/usr/share/spikepipe/datasets/fetch ]
    [ -x root/usr/share/spikepipe/experiments/row ]
    [ ! -x root/usr/share/spikepipe/experiments/digits/network.json ]
}

@test "an experiment runs from where it is installed, and in a tree that is only built" {
    make_target install
    digits=root/usr/share/spikepipe/experiments/digits
    run -0 installed make -C "$digits" -n OUT=out
    assert_output --partial "spk-train-stdp"
    run -0 installed make -s -C "$digits" --eval 'where: ; @command -v spk-encode' where
    assert_output "$PWD/root/usr/bin/spk-encode"
    run -0 env PATH=/usr/bin:/bin make -s -C "$ROOT/share/experiments/digits" BUILD="$BUILD" \
        --eval 'where: ; @command -v spk-encode' where
    assert_output "$BUILD/bin/spk-encode"
}

@test "uninstall leaves no file" {
    make_target install
    make_target uninstall
    run -0 find root ! -type d
    assert_output ""
    [ ! -e root/usr/share/spikepipe ]
}

@test "builds of different kinds have directories of their own, whatever BUILD, CFLAGS and LDFLAGS say" {
    for kind in MPI SAN TSAN; do
        run -0 env -u MAKEFLAGS -u MAKELEVEL make -n -C "$ROOT" BUILD=other CFLAGS=-O0 LDFLAGS=-s $kind=1 lib
        suffix=$(tr '[:upper:]' '[:lower:]' <<<"$kind")
        [ "$(grep -c -- "-c -o other-$suffix/" <<<"$output")" -gt 100 ]
        ! grep -e '-o other/' <<<"$output" || false
    done
    run -0 env -u MAKEFLAGS -u MAKELEVEL make -n -C "$ROOT" BUILD=other CFLAGS=-O0 SAN=1 lib
    [ "$(grep -c -- '-O0 .*-c -o' <<<"$output")" -eq "$(grep -c -- '-fsanitize=address,undefined .*-c -o' <<<"$output")" ]
}
