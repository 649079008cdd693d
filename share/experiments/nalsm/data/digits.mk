# The embedded digits: the first 1,297 train, the last 500 test.
SYSTEM := NALSM, UCI digits
PIXELS := 64
SHAPE := [8,8]
SUM := 12.33
INIT ?= 1297
TRAIN ?= 1297
HOLD ?= 200
TEST ?= 500
SOFT ?= 0.61
DIGITS ?= $(HERE)/../../datasets/digits/digits.csv.gz
subset_train = :$1
subset_t10k = 1297:$(shell expr 1297 + $1)
files = --full-scale 16 --shape 8x8 --label-column label --subset $(call subset_$1,$2) $(DIGITS)
