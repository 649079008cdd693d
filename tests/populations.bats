# populations.bats: random networks have the rates, CV of ISI and correlation that other simulators found.

load helper

@test "statistics of trains that can be reckoned by hand" {
    # a fires every 10 ms, b after 10 and 30 ms in turn, from 200 ms on; c too rarely to count for the CV
    awk 'BEGIN { print "population\tsize\tunit\tt_ms"
        for (i = 0; i < 80; i++) print "n\t4\t0\t" 10 * i + 200
        for (i = 0; i < 20; i++) { print "n\t4\t1\t" 40 * i + 200; print "n\t4\t1\t" 40 * i + 210 }
        for (i = 0; i < 3; i++) print "n\t4\t2\t" 100 * i * i + 205 }' >table.tsv
    run -0 python3 "$ROOT/tests/nest/statistics.py" table.tsv 1000
    # 123 spikes of 4 units in 0.8 s; CVs 0 and, of 20 gaps of 10 ms and 19 of 30, 0.5129
    assert_line --regexp $'^n\t38.44\t0.2565\t'
}

@test "CUBA and the microcircuit agree with NEST, Brian 2 and Auryn" {
    run -0 python3 "$ROOT/tests/nest/populations.py" --seeds 5 cuba micro0.1
    assert_line --index 0 $'case\twhat\tours\tlow\thigh\tinside'
    assert_equal "${#lines[@]}" $((1 + 6 + 24))
    refute_line --regexp 'no$'
}

@test "a network that differs is found out" {
    mkdir -p tests/nest share
    cp "$ROOT"/tests/nest/{populations,statistics}.py tests/nest
    cp -r "$ROOT"/share/{networks,python} share
    sed -i 's/"weight_pA": 16.2/"weight_pA": 13/' share/networks/cuba.json
    run -1 python3 tests/nest/populations.py --seeds 5 cuba
    assert_line --regexp $'^cuba\tI.rate_Hz\t.*\tno$'
}
