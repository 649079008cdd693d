# score.bats: accuracy and confusion, against numbers worked by hand and against scikit-learn.
# bats file_tags=san
load helper
load readout

# predicted LABEL:CLASS ...: a stream of three classes with these predictions.
predicted() {
    {
        printf 'tick 1/1000\nclasses 3\npredictions exc 3\nbegin\n'
        local n=0 pair
        for pair in "$@"; do
            echo "sample $n $((n * 10)) 10 ${pair%:*}"
            echo "predict 1 $n ${pair#*:} 0 0 0"
            n=$((n + 1))
        done
        echo "end $((n * 10))"
    } | compose
}

# 10 labelled samples, 6 right, one silent; 2 without a label.
ten() {
    predicted 0:0 0:0 0:1 0:0 1:1 1:1 1:2 1:-1 2:2 2:0 -1:0 -1:-1
}

@test "accuracy: the row of all" {
    ten > in.spk
    run -0 --separate-stderr spk-score accuracy in.spk
    assert_equal "$stderr" "spk-score: warning: 2 samples without a label were left out"
    assert_equal "$(tr '\t' ' ' <<< "${lines[0]}")" \
        "class n correct accuracy low95 high95 recall precision f1 silent unlabelled"
    # Wilson for 6 of 10, z = 1.959963984540054: (0.6 + z^2/20 -+ z sqrt(0.024 + z^2/400)) / (1 + z^2/10)
    # = 0.3126738, 0.8318197. Recall (3/4 + 2/4 + 1/2) / 3 = 7/12, precision (3/4 + 2/3 + 1/2) / 3 = 23/36,
    # F1 (3/4 + 4/7 + 1/2) / 3 = 17/28.
    run -0 bash -c "spk-score accuracy -q in.spk | awk -F '\t' '\$1 == \"all\" {
        printf \"%s %s %s %.6f %.6f %.6f %.6f %.6f %s %s\", \$2, \$3, \$4, \$5, \$6, \$7, \$8, \$9, \$10, \$11 }'"
    assert_output "10 6 0.6 0.312674 0.831820 0.583333 0.638889 0.607143 1 2"
}

@test "accuracy: a row for each class" {
    ten > in.spk
    run -0 bash -c "spk-score accuracy -q in.spk | awk -F '\t' 'NR > 2 {
        printf \"%s %s %s [%s] %.4f %.4f %.4f %s [%s]\n\", \$1, \$2, \$3, \$4, \$7, \$8, \$9, \$10, \$11 }'"
    assert_equal "$output" "0 4 3 [] 0.7500 0.7500 0.7500 0 []
1 4 2 [] 0.5000 0.6667 0.5714 1 []
2 2 1 [] 0.5000 0.5000 0.5000 0 []"
}

@test "accuracy: what has no denominator is missing, and 0 in a mean" {
    # Class 1 is predicted but never a label, class 2 is neither.
    predicted 0:0 0:1 > in.spk
    run -0 spk-score accuracy --json in.spk
    assert_line --partial '"class":"all","n":2,"correct":1,"accuracy":0.5'
    assert_line --partial '"recall":0.25,"precision":0.5,"f1":0.3333333333333333'
    assert_line --regexp '"class":1,"n":0,"correct":0,"accuracy":null,"low95":null,"high95":null,"recall":null,"precision":0,'
    assert_line --regexp '"class":2,.*"recall":null,"precision":null,"f1":null'
}

@test "accuracy: nothing right and everything right have the interval's ends at 0 and 1" {
    predicted 0:1 1:2 > none.spk
    run -0 bash -c "spk-score accuracy none.spk | awk -F '\t' 'NR == 2 { print \$4, \$5 }'"
    assert_output "0 0"
    predicted 0:0 1:1 > every.spk
    run -0 bash -c "spk-score accuracy every.spk | awk -F '\t' 'NR == 2 { print \$4, \$6 }'"
    assert_output "1 1"
}

@test "--min-accuracy: exit 1 below it, with the table still printed" {
    ten > in.spk
    run -0 --separate-stderr spk-score accuracy -q --min-accuracy 0.6 in.spk
    table=$output
    run -1 --separate-stderr spk-score accuracy --min-accuracy 0.61 in.spk
    assert_equal "$output" "$table"
    assert_regex "$stderr" "accuracy 0.6 is below the 0.61 asked for"
    run -1 spk-score accuracy -q --min-accuracy 0.61 -o table.tsv in.spk
    assert_equal "$(cat table.tsv)" "$table"
    run -2 spk-score accuracy --min-accuracy 60 in.spk
}

@test "confusion: labels in rows, predictions in columns, silence last" {
    ten > in.spk
    run -0 spk-score confusion -q in.spk
    assert_equal "$(tr '\t' ' ' <<< "$output")" "label 0 1 2 none
0 3 1 0 0
1 0 2 1 1
2 1 0 1 0"
    run -0 spk-score confusion -q --json in.spk
    assert_line --index 1 '{"label":1,"0":0,"1":2,"2":1,"none":1}'
}

@test "a stream that cannot be scored: exit 4, nothing on stdout" {
    predicted -1:0 > unlabelled.spk
    run -4 spk-score accuracy unlabelled.spk
    assert_output "spk-score: unlabelled.spk: no labelled predictions"
    labelled > spikes.spk
    run -4 spk-score accuracy spikes.spk
    ten > whole.spk
    head -c $(($(stat -c %s whole.spk) - 1)) whole.spk > cut.spk
    run -4 --separate-stderr spk-score accuracy cut.spk
    assert_output ""
}

@test "each sample has one prediction that follows it" {
    local head='tick 1/1000\nclasses 3\npredictions exc 3\nbegin\n'
    printf "${head}sample 3 0 10 0\nsample 4 10 10 0\npredict 1 4 0 0 0 0\nend 20\n" | compose > in.spk
    run -4 spk-score accuracy in.spk
    assert_output "spk-score: in.spk: sample 3 has no prediction"
    printf "${head}sample 3 0 10 0\npredict 1 3 0 0 0 0\npredict 1 3 0 0 0 0\nend 20\n" | compose > in.spk
    run -4 spk-score accuracy in.spk
    assert_output "spk-score: in.spk: a prediction for sample 3 that is not there"
    printf "${head}sample 3 0 10 5\npredict 1 3 0 0 0 0\nend 20\n" | compose > in.spk
    run -4 spk-score accuracy in.spk
    assert_output --partial "sample 3 has label 5"
}

@test "one population of several must be chosen" {
    printf 'tick 1/1000\nclasses 2\npredictions a 2\npredictions b 2\nbegin\nsample 0 0 10 1\npredict 1 0 0 1 0\npredict 2 0 1 0 1\nend 10\n' |
        compose > in.spk
    run -2 spk-score accuracy in.spk
    assert_output --partial "a, b"
    run -1 spk-score accuracy -q --min-accuracy 1 --population a in.spk
    run -0 spk-score accuracy -q --min-accuracy 1 --population b in.spk
}

@test "scikit-learn gives the same numbers" {
    /usr/bin/python3 -c 'import sklearn' 2>/dev/null || skip "no python3-sklearn"
    awk 'BEGIN { srand(5); for (i = 0; i < 300; i++) {
        l = int(rand() * 3); p = rand() < 0.7 ? l : int(rand() * 4) - 1; print l ":" p } }' > pairs
    predicted $(cat pairs) > in.spk
    spk-score accuracy --json in.spk > table.json
    spk-score confusion in.spk > matrix.tsv
    run -0 /usr/bin/python3 - <<'PYTHON'
import json
from sklearn.metrics import (accuracy_score, confusion_matrix, f1_score, precision_score,
                             recall_score)
pairs = [tuple(map(int, line.split(":"))) for line in open("pairs")]
label, guess = zip(*pairs)
rows = {str(row["class"]): row for row in map(json.loads, open("table.json"))}
def close(a, b): assert abs(a - b) < 1e-12, (a, b)
close(rows["all"]["accuracy"], accuracy_score(label, guess))
for name, score in (("recall", recall_score), ("precision", precision_score), ("f1", f1_score)):
    close(rows["all"][name], score(label, guess, labels=[0, 1, 2], average="macro"))
    for c, value in enumerate(score(label, guess, labels=[0, 1, 2], average=None)):
        close(rows[str(c)][name], value)
matrix = confusion_matrix(label, guess, labels=[0, 1, 2, -1])[:3]
table = [line.split()[1:] for line in open("matrix.tsv")][1:]
assert [[str(v) for v in row] for row in matrix] == table
PYTHON
}
