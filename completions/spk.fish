# fish completion for Spikepipe; written by scripts/completions, do not edit.

# "spk NAME ..." completes as "spk-NAME ..." does.
function __spk_delegate
    set -l words (commandline -opc)
    complete -C "spk-$words[2] $words[3..] "(commandline -ct)
end

complete -c spk -n 'test (count (commandline -opc)) -gt 1' -x -a '(__spk_delegate)'
complete -c spk -n 'test (count (commandline -opc)) -eq 1' -x -s h -l help -d 'show this help'
complete -c spk -n 'test (count (commandline -opc)) -eq 1' -x -s V -l version -d 'show the version'
