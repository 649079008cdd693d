# bash completion for Spikepipe; written by scripts/completions, do not edit.

# What may follow "PROGRAM METHOD" (METHOD empty before one is chosen).
_spk_words() {
    case $1 in
    'spk-cat') echo '--chain --renumber --salvage --pack --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-convert') echo '--from --to --files-from --label-from --classes --tick --merge --duration --origin --reorder --shape --sensor --first-unit --name --population --sample --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-decode') echo 'vote proportion softmax ridge logistic count sum --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-decode vote') echo '--model --mute-at --reference --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-decode proportion') echo '--model --mute-at --reference --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-decode softmax') echo '--model --mute-at --reference --scores --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-decode ridge') echo '--model --mute-at --reference --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-decode logistic') echo '--model --mute-at --reference --scores --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-decode count') echo '--population --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-decode sum') echo '--sequence --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-encode') echo 'poisson bernoulli regular latency rank-order frames --duration --tick --full-scale --normalize --saturate --levels --labels --label-column --classes --header --rgb --shape --resize --patch-normalize --name --subset --epochs --order --skip --limit -n --shard --output -o --force -f --level -l --latency --provenance --no-provenance --seed -s --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-encode poisson') echo '--duration --tick --full-scale --normalize --saturate --levels --labels --label-column --classes --header --rgb --shape --resize --patch-normalize --name --subset --epochs --order --skip --limit -n --shard --max-rate --output -o --force -f --level -l --latency --provenance --no-provenance --seed -s --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-encode bernoulli') echo '--duration --tick --full-scale --normalize --saturate --levels --labels --label-column --classes --header --rgb --shape --resize --patch-normalize --name --subset --epochs --order --skip --limit -n --shard --max-rate --output -o --force -f --level -l --latency --provenance --no-provenance --seed -s --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-encode regular') echo '--duration --tick --full-scale --normalize --saturate --levels --labels --label-column --classes --header --rgb --shape --resize --patch-normalize --name --subset --epochs --order --skip --limit -n --shard --max-rate --output -o --force -f --level -l --latency --provenance --no-provenance --seed -s --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-encode latency') echo '--duration --tick --full-scale --normalize --saturate --levels --labels --label-column --classes --header --rgb --shape --resize --patch-normalize --name --subset --epochs --order --skip --limit -n --shard --curve --threshold --late --tau --stretch --output -o --force -f --level -l --latency --provenance --no-provenance --seed -s --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-encode rank-order') echo '--duration --tick --full-scale --normalize --saturate --levels --labels --label-column --classes --header --rgb --shape --resize --patch-normalize --name --subset --epochs --order --skip --limit -n --shard --threshold --interval --output -o --force -f --level -l --latency --provenance --no-provenance --seed -s --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-encode frames') echo '--duration --tick --full-scale --normalize --saturate --levels --labels --label-column --classes --header --rgb --shape --resize --patch-normalize --name --subset --epochs --order --skip --limit -n --shard --max-rate --output -o --force -f --level -l --latency --provenance --no-provenance --seed -s --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-info') echo '--verify --digest --replay --index --checksum --output -o --force -f --format -F --json --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-plot') echo 'raster trace weights confusion curve --as --width --height --title --ascii --color --population --output -o --force -f --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-plot raster') echo '--as --width --height --title --ascii --color --population --samples --output -o --force -f --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-plot trace') echo '--as --width --height --title --ascii --color --population --variable --units --samples --output -o --force -f --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-plot weights') echo '--as --width --height --title --ascii --color --population --array --readout --shape --snapshot --limit -n --output -o --force -f --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-plot confusion') echo '--as --width --height --title --ascii --color --population --output -o --force -f --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-plot curve') echo '--as --width --height --title --ascii --color --population --x --y --low --high --y-min --y-max --output -o --force -f --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-score') echo 'accuracy confusion recall pr --population --output -o --force -f --format -F --json --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-score accuracy') echo '--population --min-accuracy --output -o --force -f --format -F --json --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-score confusion') echo '--population --output -o --force -f --format -F --json --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-score recall') echo '--population --at --output -o --force -f --format -F --json --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-score pr') echo '--population --points --output -o --force -f --format -F --json --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-simulate') echo '--weights --snapshot --ignore-extra --plastic --record --record-interval --shard --jobs --checkpoint --checkpoint-every --resume --set -S --duration --population --retick --check --estimate --calibrate --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --seed -s --threads -j --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats') echo 'summary rates isi fano correlation branching kernel psth weights --population --from --until --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats summary') echo '--population --from --until --min-intervals --window --bin --units --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats rates') echo '--population --from --until --per-unit --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats isi') echo '--population --from --until --min-intervals --per-unit --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats fano') echo '--population --from --until --window --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats correlation') echo '--population --from --until --bin --units --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats branching') echo '--population --from --until --bin --lags --per-lag --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats kernel') echo '--population --from --until --units --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats psth') echo '--population --from --until --bin --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-stats weights') echo '--population --from --until --array --snapshot --histogram --output -o --force -f --format -F --json --allow-truncated --seed -s --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-train-readout') echo 'vote proportion softmax ridge logistic --population --classes --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --threads -j --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-train-readout vote') echo '--population --classes --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --threads -j --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-train-readout proportion') echo '--population --classes --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --threads -j --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-train-readout softmax') echo '--population --classes --windows --scale --epochs --batch --optimizer --learning-rate --epsilon --l2 --soft-labels --dropout --order --hold-out --seed -s --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --threads -j --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-train-readout ridge') echo '--population --classes --windows --scale --l2 --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --threads -j --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-train-readout logistic') echo '--population --classes --windows --scale --l2 --tolerance --iterations --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --threads -j --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-train-stdp') echo '--spikes --snapshot-every --weights --ignore-extra --checkpoint --checkpoint-every --resume --set -S --duration --population --retick --check --estimate --calibrate --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --seed -s --threads -j --max-memory --progress --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-view') echo '--kind --head --labels --population --array --samples --snapshot --limit -n --time-unit --output -o --force -f --format -F --json --allow-truncated --quiet -q --verbose -v --help -h --version -V' ;;
    'spk-weights') echo '--scale --quantum --array --output -o --force -f --level -l --latency --provenance --no-provenance --allow-truncated --max-memory --quiet -q --verbose -v --help -h --version -V' ;;
    spk) echo 'cat convert decode encode info plot score simulate stats train-readout train-stdp view weights --help --version' ;;
    esac
}

# What the value of "PROGRAM OPTION" is: a file, one of some words, or something to think of.
_spk_value() {
    case $1 in
    'spk-cat --chain') echo 'choice:auto|append|join' ;;
    'spk-cat --pack') echo 'choice:default|live|store|archive' ;;
    'spk-cat --output' | 'spk-cat -o') echo 'file' ;;
    'spk-cat --level' | 'spk-cat -l') echo 'text' ;;
    'spk-cat --latency') echo 'time' ;;
    'spk-cat --provenance') echo 'choice:brief|full' ;;
    'spk-convert --from') echo 'choice:auto|aedat2|aedat3|dat|evt2|evt3|nmnist|csv|gdf' ;;
    'spk-convert --to') echo 'choice:spk|aedat2|aedat3|dat|evt2|evt3|nmnist|csv' ;;
    'spk-convert --files-from') echo 'file' ;;
    'spk-convert --label-from') echo 'choice:none|directory' ;;
    'spk-convert --classes') echo 'count' ;;
    'spk-convert --tick') echo 'time' ;;
    'spk-convert --duration') echo 'time' ;;
    'spk-convert --origin') echo 'choice:file|first' ;;
    'spk-convert --reorder') echo 'time' ;;
    'spk-convert --shape') echo 'text' ;;
    'spk-convert --sensor') echo 'choice:auto|dvs128|davis240|davis346' ;;
    'spk-convert --first-unit') echo 'count' ;;
    'spk-convert --name') echo 'text' ;;
    'spk-convert --population') echo 'text' ;;
    'spk-convert --sample') echo 'count' ;;
    'spk-convert --output' | 'spk-convert -o') echo 'file' ;;
    'spk-convert --level' | 'spk-convert -l') echo 'text' ;;
    'spk-convert --latency') echo 'time' ;;
    'spk-convert --provenance') echo 'choice:brief|full' ;;
    'spk-convert --max-memory') echo 'size' ;;
    'spk-convert --progress') echo 'choice:auto|none|bar|line|json' ;;
    'spk-decode --output' | 'spk-decode -o') echo 'file' ;;
    'spk-decode --level' | 'spk-decode -l') echo 'text' ;;
    'spk-decode --latency') echo 'time' ;;
    'spk-decode --provenance') echo 'choice:brief|full' ;;
    'spk-decode --progress') echo 'choice:auto|none|bar|line|json' ;;
    'spk-decode --model') echo 'file' ;;
    'spk-decode --mute-at') echo 'count' ;;
    'spk-decode --reference') echo 'file' ;;
    'spk-decode --scores') echo 'choice:probability|linear' ;;
    'spk-decode --population') echo 'text' ;;
    'spk-decode --sequence') echo 'count' ;;
    'spk-encode --duration') echo 'time' ;;
    'spk-encode --tick') echo 'time' ;;
    'spk-encode --full-scale') echo 'real' ;;
    'spk-encode --normalize') echo 'text' ;;
    'spk-encode --levels') echo 'count' ;;
    'spk-encode --labels') echo 'file' ;;
    'spk-encode --label-column') echo 'text' ;;
    'spk-encode --classes') echo 'count' ;;
    'spk-encode --header') echo 'choice:auto|yes|no' ;;
    'spk-encode --rgb') echo 'choice:luma|channels' ;;
    'spk-encode --shape') echo 'text' ;;
    'spk-encode --resize') echo 'text' ;;
    'spk-encode --patch-normalize') echo 'count' ;;
    'spk-encode --name') echo 'text' ;;
    'spk-encode --subset') echo 'text' ;;
    'spk-encode --epochs') echo 'count' ;;
    'spk-encode --order') echo 'choice:file|shuffled' ;;
    'spk-encode --skip') echo 'count' ;;
    'spk-encode --limit' | 'spk-encode -n') echo 'count' ;;
    'spk-encode --shard') echo 'shard' ;;
    'spk-encode --output' | 'spk-encode -o') echo 'file' ;;
    'spk-encode --level' | 'spk-encode -l') echo 'text' ;;
    'spk-encode --latency') echo 'time' ;;
    'spk-encode --provenance') echo 'choice:brief|full' ;;
    'spk-encode --seed' | 'spk-encode -s') echo 'count' ;;
    'spk-encode --max-memory') echo 'size' ;;
    'spk-encode --progress') echo 'choice:auto|none|bar|line|json' ;;
    'spk-encode --max-rate') echo 'rate' ;;
    'spk-encode --curve') echo 'choice:linear|log|rc' ;;
    'spk-encode --threshold') echo 'real' ;;
    'spk-encode --late') echo 'choice:silent|last' ;;
    'spk-encode --tau') echo 'time' ;;
    'spk-encode --interval') echo 'time' ;;
    'spk-info --checksum') echo 'text' ;;
    'spk-info --output' | 'spk-info -o') echo 'file' ;;
    'spk-info --format' | 'spk-info -F') echo 'choice:tsv|json' ;;
    'spk-plot --as') echo 'choice:auto|text|png|svg|pdf' ;;
    'spk-plot --width') echo 'count' ;;
    'spk-plot --height') echo 'count' ;;
    'spk-plot --title') echo 'text' ;;
    'spk-plot --color') echo 'choice:auto|never|always' ;;
    'spk-plot --population') echo 'text' ;;
    'spk-plot --output' | 'spk-plot -o') echo 'file' ;;
    'spk-plot --samples') echo 'text' ;;
    'spk-plot --variable') echo 'text' ;;
    'spk-plot --units') echo 'text' ;;
    'spk-plot --array') echo 'text' ;;
    'spk-plot --readout') echo 'file' ;;
    'spk-plot --shape') echo 'text' ;;
    'spk-plot --snapshot') echo 'text' ;;
    'spk-plot --limit' | 'spk-plot -n') echo 'count' ;;
    'spk-plot --x') echo 'text' ;;
    'spk-plot --y') echo 'list' ;;
    'spk-plot --low') echo 'text' ;;
    'spk-plot --high') echo 'text' ;;
    'spk-plot --y-min') echo 'real' ;;
    'spk-plot --y-max') echo 'real' ;;
    'spk-score --population') echo 'text' ;;
    'spk-score --output' | 'spk-score -o') echo 'file' ;;
    'spk-score --format' | 'spk-score -F') echo 'choice:tsv|json' ;;
    'spk-score --min-accuracy') echo 'real' ;;
    'spk-score --at') echo 'list' ;;
    'spk-simulate --weights') echo 'file' ;;
    'spk-simulate --snapshot') echo 'count' ;;
    'spk-simulate --record') echo 'list' ;;
    'spk-simulate --record-interval') echo 'time' ;;
    'spk-simulate --shard') echo 'shard' ;;
    'spk-simulate --jobs') echo 'count' ;;
    'spk-simulate --checkpoint') echo 'file' ;;
    'spk-simulate --checkpoint-every') echo 'text' ;;
    'spk-simulate --set' | 'spk-simulate -S') echo 'list' ;;
    'spk-simulate --duration') echo 'time' ;;
    'spk-simulate --population') echo 'text' ;;
    'spk-simulate --retick') echo 'choice:never|nearest|floor' ;;
    'spk-simulate --calibrate') echo 'text' ;;
    'spk-simulate --output' | 'spk-simulate -o') echo 'file' ;;
    'spk-simulate --level' | 'spk-simulate -l') echo 'text' ;;
    'spk-simulate --latency') echo 'time' ;;
    'spk-simulate --provenance') echo 'choice:brief|full' ;;
    'spk-simulate --seed' | 'spk-simulate -s') echo 'count' ;;
    'spk-simulate --threads' | 'spk-simulate -j') echo 'count' ;;
    'spk-simulate --max-memory') echo 'size' ;;
    'spk-simulate --progress') echo 'choice:auto|none|bar|line|json' ;;
    'spk-stats --population') echo 'text' ;;
    'spk-stats --from') echo 'time' ;;
    'spk-stats --until') echo 'time' ;;
    'spk-stats --output' | 'spk-stats -o') echo 'file' ;;
    'spk-stats --format' | 'spk-stats -F') echo 'choice:tsv|json' ;;
    'spk-stats --seed' | 'spk-stats -s') echo 'count' ;;
    'spk-stats --min-intervals') echo 'count' ;;
    'spk-stats --window') echo 'time' ;;
    'spk-stats --bin') echo 'time' ;;
    'spk-stats --units') echo 'count' ;;
    'spk-stats --lags') echo 'count' ;;
    'spk-stats --array') echo 'text' ;;
    'spk-stats --snapshot') echo 'count' ;;
    'spk-stats --histogram') echo 'count' ;;
    'spk-train-readout --population') echo 'text' ;;
    'spk-train-readout --classes') echo 'count' ;;
    'spk-train-readout --output' | 'spk-train-readout -o') echo 'file' ;;
    'spk-train-readout --level' | 'spk-train-readout -l') echo 'text' ;;
    'spk-train-readout --latency') echo 'time' ;;
    'spk-train-readout --provenance') echo 'choice:brief|full' ;;
    'spk-train-readout --threads' | 'spk-train-readout -j') echo 'count' ;;
    'spk-train-readout --max-memory') echo 'size' ;;
    'spk-train-readout --progress') echo 'choice:auto|none|bar|line|json' ;;
    'spk-train-readout --windows') echo 'count' ;;
    'spk-train-readout --scale') echo 'choice:none|sum|max|standard' ;;
    'spk-train-readout --epochs') echo 'count' ;;
    'spk-train-readout --batch') echo 'count' ;;
    'spk-train-readout --optimizer') echo 'choice:adam|adadelta' ;;
    'spk-train-readout --learning-rate') echo 'real' ;;
    'spk-train-readout --epsilon') echo 'real' ;;
    'spk-train-readout --l2') echo 'real' ;;
    'spk-train-readout --soft-labels') echo 'real' ;;
    'spk-train-readout --dropout') echo 'real' ;;
    'spk-train-readout --order') echo 'choice:file|shuffled' ;;
    'spk-train-readout --hold-out') echo 'count' ;;
    'spk-train-readout --seed' | 'spk-train-readout -s') echo 'count' ;;
    'spk-train-readout --tolerance') echo 'real' ;;
    'spk-train-readout --iterations') echo 'count' ;;
    'spk-train-stdp --spikes') echo 'file' ;;
    'spk-train-stdp --snapshot-every') echo 'count' ;;
    'spk-train-stdp --weights') echo 'file' ;;
    'spk-train-stdp --checkpoint') echo 'file' ;;
    'spk-train-stdp --checkpoint-every') echo 'text' ;;
    'spk-train-stdp --set' | 'spk-train-stdp -S') echo 'list' ;;
    'spk-train-stdp --duration') echo 'time' ;;
    'spk-train-stdp --population') echo 'text' ;;
    'spk-train-stdp --retick') echo 'choice:never|nearest|floor' ;;
    'spk-train-stdp --calibrate') echo 'text' ;;
    'spk-train-stdp --output' | 'spk-train-stdp -o') echo 'file' ;;
    'spk-train-stdp --level' | 'spk-train-stdp -l') echo 'text' ;;
    'spk-train-stdp --latency') echo 'time' ;;
    'spk-train-stdp --provenance') echo 'choice:brief|full' ;;
    'spk-train-stdp --seed' | 'spk-train-stdp -s') echo 'count' ;;
    'spk-train-stdp --threads' | 'spk-train-stdp -j') echo 'count' ;;
    'spk-train-stdp --max-memory') echo 'size' ;;
    'spk-train-stdp --progress') echo 'choice:auto|none|bar|line|json' ;;
    'spk-view --kind') echo 'choice:auto|spikes|frames|traces|predictions|weights|samples|head' ;;
    'spk-view --population') echo 'text' ;;
    'spk-view --array') echo 'text' ;;
    'spk-view --samples') echo 'text' ;;
    'spk-view --snapshot') echo 'text' ;;
    'spk-view --limit' | 'spk-view -n') echo 'count' ;;
    'spk-view --time-unit') echo 'choice:ms|s|us|ns' ;;
    'spk-view --output' | 'spk-view -o') echo 'file' ;;
    'spk-view --format' | 'spk-view -F') echo 'choice:tsv|json' ;;
    'spk-weights --scale') echo 'real' ;;
    'spk-weights --quantum') echo 'real' ;;
    'spk-weights --array') echo 'text' ;;
    'spk-weights --output' | 'spk-weights -o') echo 'file' ;;
    'spk-weights --level' | 'spk-weights -l') echo 'text' ;;
    'spk-weights --latency') echo 'time' ;;
    'spk-weights --provenance') echo 'choice:brief|full' ;;
    'spk-weights --max-memory') echo 'size' ;;
    esac
}

_spk_methods() {
    case $1 in
    spk-decode) echo 'vote proportion softmax ridge logistic count sum' ;;
    spk-encode) echo 'poisson bernoulli regular latency rank-order frames' ;;
    spk-plot) echo 'raster trace weights confusion curve' ;;
    spk-score) echo 'accuracy confusion recall pr' ;;
    spk-stats) echo 'summary rates isi fano correlation branching kernel psth weights' ;;
    spk-train-readout) echo 'vote proportion softmax ridge logistic' ;;
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

complete -o filenames -F _spk spk spk-cat spk-convert spk-decode spk-encode spk-info spk-plot spk-score spk-simulate spk-stats spk-train-readout spk-train-stdp spk-view spk-weights
