# Fashion-MNIST; what is missing in the folder FASHION is fetched.
SYSTEM := NALSM, Fashion-MNIST
PIXELS := 784
SUM := 15.199
INIT ?= 50000
TRAIN ?= 60000
HOLD ?= 10000
TEST ?= 10000
FASHION ?= $(if $(SPK_DATA),$(SPK_DATA)/,)fashion-mnist
NEEDS = $(FASHION)/train-images-idx3-ubyte.gz
files = --subset :$2 --labels $(FASHION)/$1-labels-idx1-ubyte.gz $(FASHION)/$1-images-idx3-ubyte.gz

$(FASHION)/%.gz:
	$(HERE)/../../datasets/fetch --into $(dir $(FASHION)) fashion-mnist
