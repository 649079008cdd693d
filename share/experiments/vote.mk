# From weights to classes that are assigned to neurons afterwards, by the training images shown again in
# test mode: the steps that experiments share. Included behind OUT, ENCODE, TRAINING, TESTING, SIMULATE and
# NETWORK; VOTERS names the population, where there are several.

$(OUT)/%/assignment.spk: $(OUT)/%/weights.spk
	$(ENCODE) $(TRAINING) | $(SIMULATE) -o $@ $(NETWORK)

$(OUT)/%/responses.spk: $(OUT)/%/weights.spk
	$(begin)
	$(ENCODE) $(TESTING) | $(SIMULATE) -o $@ $(NETWORK)
	$(end)

$(OUT)/%/vote.spk: $(OUT)/%/assignment.spk
	spk-train-readout vote $(VOTERS:%=--population %) -o $@ $<

$(OUT)/%/proportion.spk: $(OUT)/%/assignment.spk
	spk-train-readout proportion $(VOTERS:%=--population %) -o $@ $<
