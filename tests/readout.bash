# readout.bash: small streams for the tests of readouts, decoding and scores.

compose() {
    "$BUILD/unit/compose"
}

# Six samples of three classes and four units. Mean responses, unit by class:
#   unit 0: 4 1 0 -> class 0;  unit 1: 0 3 3 -> class 1 (the lower of equal ones);
#   unit 2: 0 0 5 -> class 2;  unit 3: never fires -> -1
# The sample without a label has spikes that must not count.
labelled() {
    compose <<'TEXT'
tick 1/1000
classes 3
spikes exc 4
begin
sample 0 0 100 0
at 1 1 0
at 1 2 0
at 1 3 0
sample 1 100 100 0
at 1 110 0
at 1 111 0
at 1 112 0
at 1 113 0
at 1 114 0
sample 2 200 100 1
at 1 210 0 1
at 1 211 1
at 1 212 1
sample 3 300 100 2
at 1 310 1 2
at 1 311 1 2
at 1 312 1 2
at 1 313 2
at 1 314 2
sample 4 400 100 -1
at 1 410 2 3
at 1 411 2 3
end 500
TEXT
}

# values FILE ARRAY: the values of an array, row after row.
values() {
    spk-view --array "$2" "$1" | awk -F '\t' 'NR > 1 { printf "%s ", $6 }'
}

# predictions FILE: sample, label, class and scores of each, "-" for none.
predictions() {
    spk-view --kind predictions "$1" | awk -F '\t' 'NR > 1 {
        printf "%s", $1
        for (i = 3; i <= NF; i++) printf " %s", $i == "" ? "-" : $i
        print "" }'
}
