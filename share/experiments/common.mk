# What the experiments' Makefiles share. HERE is the folder of the one that includes this.

# The programs of the tree that this file stands in, or of BUILD, before installed ones.
BUILD ?= $(HERE)/../../../build
ifneq ($(wildcard $(BUILD)/bin/spk-encode),)
export PATH := $(abspath $(BUILD))/bin:$(PATH)
endif

# Around the commands of a target: their seconds go beside it, for row.
begin = @date +%s >$(basename $@).begin
end = @echo $$(($$(date +%s) - $$(cat $(basename $@).begin))) >$(basename $@).seconds
