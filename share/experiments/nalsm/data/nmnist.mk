# N-MNIST: recordings of an event camera that looks at MNIST. The folder NMNIST has recordings NUMBER.bs2 and
# lists of numbers and classes, 1,000 to train and 100 to test, as the SLAYER project has them
# (github.com/bamsumit/slayerPytorch, test/test_files/NMNISTsmall). The liquid finds its weights on whole
# recordings of 250 ms, one after the other, INIT in all.
SYSTEM := NALSM, N-MNIST
PIXELS := 2312
SHAPE := [2,34,34]
INIT ?= 4000
TRAIN ?= 1000
HOLD ?= 100
TEST ?= 100
SOFT ?= 0.61
NMNIST ?= $(if $(SPK_DATA),$(SPK_DATA)/,)nmnist-1100
list_train := train1K.txt
list_t10k := test100.txt
# The first $2 of a list $3 times over.
recordings = for pass in $$(seq $3); do sed 1d $(NMNIST)/$(list_$1) | head -n $2; done | \
	awk '{print "$(abspath $(NMNIST))/" $$1 ".bs2\t" $$2}'
CONVERT = spk-convert --from nmnist --tick 1ms --merge --duration 250ms --classes 10 --name events --files-from -
initial = $(call recordings,train,$(FIT),$(shell expr $(INIT) / $(FIT) + 1)) | head -n $(INIT) | $(CONVERT)
shown = $(call recordings,$1,$2,1) | $(CONVERT)
