"""figures: the lines that benchmarks in Python print, those of the C benchmarks: name, figure, goal, ratio, met or
MISSED."""


def line(name, figure, unit, goal=None):
    text = "%-52s %11.4g %-12s" % (name, figure, unit)
    if goal:
        text += " goal %5.4g  ratio %6.2f  %s" % (goal, figure / goal, "met" if figure >= goal else "MISSED")
    else:
        text += " goal     -  ratio      -"
    print(text, flush=True)
