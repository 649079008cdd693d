# score.bats: accuracy, confusion, recall@N and precision-recall, against numbers worked by hand and against scikit-learn.
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

# scored LABEL:CLASS:SCORES ...: predictions of four classes with their scores ("0:1:0,2,1,0").
scored() {
    {
        printf 'tick 1/1000\nclasses 4\npredictions exc 4\nbegin\n'
        local n=0 label class scores
        for one in "$@"; do
            IFS=: read -r label class scores <<<"$one"
            echo "sample $n $((n * 10)) 10 $label"
            echo "predict 1 $n $class ${scores//,/ }"
            n=$((n + 1))
        done
        echo "end $((n * 10))"
    } | compose
}

# Five labelled queries. Ranks of the label: 1, 3 (tied with the second place), 1 (of equal ones the predicted
# one), 4 (equal scores), none (silent).
five() {
    scored 0:0:5,1,2,0 1:3:0,2,2,7 2:2:0,0,4,4 3:1:0,6,0,0 1:-1:0,0,0,0 -1:2:0,0,9,0
}

@test "recall: the share of labels among the N highest scores" {
    five > in.spk
    run -0 spk-score recall -q --at 1 --at 2 --at 3 --at 4 in.spk
    assert_equal "$(cut -f 1-4 <<< "$output" | tr '\t' ' ')" "at n found recall
1 5 2 0.4
2 5 2 0.4
3 5 3 0.6
4 5 4 0.8"
    # recall@1 and its interval are the accuracy and its.
    assert_equal "$(spk-score recall -q --json --at 1 in.spk | sed 's/.*"recall"://; s/}//; s/"[a-z0-9]*"://g')" \
        "$(spk-score accuracy -q --json in.spk | head -1 | sed 's/.*"accuracy"://; s/,"recall.*//; s/"[a-z0-9]*"://g')"
    run -0 bash -c "spk-score recall -q in.spk | cut -f 1"
    assert_output "$(printf 'at\n1')"
    for at in 0 5; do
        run -2 --separate-stderr spk-score recall -q --at $at in.spk
        assert_equal "$stderr" "spk-score: --at $at: must be 1 to the number of classes, 4"
        assert_equal "$output" ""
        run -2 spk-score recall -q --at $at -o table.tsv in.spk
        [ ! -e table.tsv ]
    done
    run -2 spk-score recall --at x in.spk
}

@test "pr: precision and recall as more is accepted" {
    five > in.spk
    # By score: 7 wrong, 6 wrong, 5 right, 4 right, none wrong. Recall is right / (right + rejected).
    run -0 spk-score pr -q --points in.spk
    assert_equal "$(tr '\t' ' ' <<< "$output")" "threshold accepted right precision recall
7 1 0 0 0
6 2 0 0 0
5 3 1 0.333333 0.333333
4 4 2 0.5 0.666667
0 5 2 0.4 1"
    # Area: 1/3 x (0 + 1/3) / 2 + 1/3 x (1/3 + 1/2) / 2 + 1/3 x (1/2 + 2/5) / 2 = 31 / 90
    run -0 spk-score pr -q in.spk
    assert_equal "$(tr '\t' ' ' <<< "$output")" \
        "n right precision_at_full_recall recall_at_full_precision auc silent unlabelled
5 2 0.4 0 0.344444 1 1"
    # Equal scores are accepted together; the first precision holds to the left.
    scored 0:0:9,0,0,0 1:1:0,8,0,0 2:1:0,8,0,0 3:3:0,0,0,8 > in.spk
    run -0 spk-score pr --json in.spk
    # 1/4 x 1 + 3/4 x (1 + 3/4) / 2
    assert_output '{"n":4,"right":3,"precision_at_full_recall":0.75,"recall_at_full_precision":0.25,"auc":0.90625,"silent":0,"unlabelled":0}'
    scored 0:1:0,9,0,0 > in.spk
    run -0 bash -c "spk-score pr in.spk | tail -1 | tr '\t' ' '"
    assert_output "1 0 0 0 0 0 0"
    five | spk-score pr -q --points | spk-plot curve --x recall --y precision > curve.txt
}

@test "recall and pr need a score for each class" {
    printf 'tick 1/1000\nclasses 3\npredictions exc 3\nbegin\nsample 0 0 10 1\npredict 1 0 1 0 4\nend 10\n' |
        compose > in.spk
    for method in recall pr; do
        run -4 spk-score $method in.spk
        assert_output "spk-score: in.spk: sample 0 has 2 scores; with 3 classes it needs 3"
    done
    run -0 spk-score accuracy in.spk
    run -2 spk-score accuracy --points in.spk
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

@test "scikit-learn gives the same ranks and the same precision at each threshold" {
    /usr/bin/python3 -c 'import sklearn' 2>/dev/null || skip "no python3-sklearn"
    scored $(awk 'BEGIN { srand(7); for (i = 0; i < 200; i++) {
        best = 0; c = 0; label = int(rand() * 4); line = ""
        for (k = 0; k < 4; k++) { s = int(rand() * 4000) * 4 + k + 4800 * (k == label); line = line "," s
            if (s > best) { best = s; c = k } }
        print label ":" c ":" substr(line, 2) } }' | tee queries) > in.spk
    spk-score recall --json --at 1 --at 2 --at 3 in.spk > recall.json
    spk-score pr --points --json in.spk > curve.json
    run -0 /usr/bin/python3 - <<'PYTHON'
import json
import numpy as np
from sklearn.metrics import precision_recall_curve, top_k_accuracy_score
queries = [line.strip().split(":") for line in open("queries")]
label = np.array([int(q[0]) for q in queries])
score = np.array([[float(s) for s in q[2].split(",")] for q in queries])
right = score.argmax(1) == label
for row in map(json.loads, open("recall.json")):
    assert abs(row["recall"] - top_k_accuracy_score(label, score, k=row["at"])) < 1e-12
precision, recall, threshold = precision_recall_curve(right, score.max(1))
rows = {row["threshold"]: row for row in map(json.loads, open("curve.json"))}
assert sorted(rows) == sorted(set(score.max(1))) and len(threshold) > 50
for p, r, t in zip(precision, recall, threshold):
    row = rows[t]  # older versions of scikit-learn end where all right answers are found
    # scikit-learn's recall is of the right answers; ours counts all that is rejected as missed.
    hits = r * right.sum()
    rejected = len(label) - hits / p if p else len(label) - row["accepted"]
    assert abs(row["precision"] - p) < 1e-12
    assert abs(row["recall"] - (hits / (hits + rejected) if hits else 0)) < 1e-9
PYTHON
}
