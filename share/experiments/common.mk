# What the experiments' Makefiles share. HERE is the folder of the one that includes this.

# The programs of the tree that this file stands in, or of BUILD, before installed ones.
BUILD ?= $(HERE)/../../../build
ifneq ($(wildcard $(BUILD)/bin/spk-encode),)
export PATH := $(abspath $(BUILD))/bin:$(PATH)
endif

# Where MNIST and Fashion-MNIST are; what is missing there is fetched.
MNIST ?= $(if $(SPK_DATA),$(SPK_DATA)/,)mnist
FASHION ?= $(if $(SPK_DATA),$(SPK_DATA)/,)fashion-mnist

$(MNIST)/%.gz:
	$(HERE)/../../datasets/fetch --into $(dir $(MNIST)) mnist

$(FASHION)/%.gz:
	$(HERE)/../../datasets/fetch --into $(dir $(FASHION)) fashion-mnist

# Runs each command that a row of expected.tsv names, and prints the rows, under one header.
every_row = @sed 1d $(HERE)/expected.tsv | awk -F'\t' '!seen[$$NF]++ {print $$NF}' | while read -r row; do \
	eval "$$row -s -f $(HERE)/Makefile --no-print-directory BUILD=$(BUILD) OUT=$(OUT)" </dev/null || exit; done | \
	awk 'NR == 1 {header = $$0} NR == 1 || $$0 != header'

# Around the commands of a target: their seconds go beside it, for row.
begin = @date +%s >$(basename $@).begin
end = @echo $$(($$(date +%s) - $$(cat $(basename $@).begin))) >$(basename $@).seconds
