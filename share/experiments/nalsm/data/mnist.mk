# MNIST; what is missing in the folder MNIST is fetched.
SYSTEM := NALSM, MNIST
PIXELS := 784
SUM := 19.944
INIT ?= 50000
TRAIN ?= 60000
HOLD ?= 10000
TEST ?= 10000
MNIST ?= $(if $(SPK_DATA),$(SPK_DATA)/,)mnist
NEEDS = $(MNIST)/train-images-idx3-ubyte.gz
files = --subset :$2 --labels $(MNIST)/$1-labels-idx1-ubyte.gz $(MNIST)/$1-images-idx3-ubyte.gz

$(MNIST)/%.gz:
	$(HERE)/../../datasets/fetch --into $(dir $(MNIST)) mnist
