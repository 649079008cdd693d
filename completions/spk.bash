# bash completion for Spikepipe; written by scripts/completions, do not edit.

# What may follow "PROGRAM METHOD" (METHOD empty before one is chosen).
_spk_words() {
    case $1 in
    spk) echo ' --help --version' ;;
    esac
}

# What the value of "PROGRAM OPTION" is: a file, one of some words, or something to think of.
_spk_value() {
    case $1 in
    esac
}

_spk_methods() {
    case $1 in
    esac
}

_spk() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} first=1
    local program=${COMP_WORDS[0]##*/} method='' word value methods
    COMPREPLY=()
    if [[ $program == spk ]]; then
        if ((COMP_CWORD == 1)); then
            mapfile -t COMPREPLY < <(compgen -W "$(_spk_words spk)" -- "$cur")
            return
        fi
        program=spk-${COMP_WORDS[1]}
        first=2
    fi
    # bash cuts words at '=': "--order=fi" is three of them
    [[ $cur != '=' ]] || cur=
    [[ $prev != '=' ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}
    value=$(_spk_value "$program $prev")
    case $value in
    choice:*)
        mapfile -t COMPREPLY < <(compgen -W "$(tr '|' ' ' <<<"${value#choice:}")" -- "$cur")
        return
        ;;
    file)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    ?*) return ;;
    esac
    methods=$(_spk_methods "$program")
    for word in "${COMP_WORDS[@]:first:COMP_CWORD-first}"; do
        [[ -n $method || " $methods " != *" $word "* ]] || method=$word
    done
    if [[ $cur == -* || (-n $methods && -z $method) ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_spk_words "$program${method:+ $method}")" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}

complete -o filenames -F _spk spk 
