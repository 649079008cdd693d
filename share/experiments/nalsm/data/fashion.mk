# Fashion-MNIST.
SYSTEM := NALSM, Fashion-MNIST
SUM := 15.199
IMAGES = $(FASHION)
include $(HERE)/data/idx.mk
