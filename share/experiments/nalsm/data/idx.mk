# Sets in the form of MNIST, in the folder IMAGES.
PIXELS := 784
INIT ?= 50000
TRAIN ?= 60000
HOLD ?= 10000
TEST ?= 10000
NEEDS = $(IMAGES)/train-images-idx3-ubyte.gz
files = --subset :$2 --labels $(IMAGES)/$1-labels-idx1-ubyte.gz $(IMAGES)/$1-images-idx3-ubyte.gz
