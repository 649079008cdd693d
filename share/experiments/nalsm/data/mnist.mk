# MNIST.
SYSTEM := NALSM, MNIST
SUM := 19.944
IMAGES = $(MNIST)
include $(HERE)/data/idx.mk
