"""A slow, plain simulator of small networks: every synapse is an object, every spike an event.

It reads the same network files as spk-simulate and spk-train-stdp, as far as the tests need them:
poisson_input and spike_input, iaf_cond_exp by Euler's method, iaf_psc_delta, adaptive thresholds,
winners, teachers; constant projections (one_to_one, all_but_self, all_to_all); stdp_trace on all_to_all
projections with its variants, timings and delay kinds; normalisation, scaling, reset, rest, repetition.
Numbers are double. Nothing is shared with the C sources but the documented meaning."""

import json
import math

import draws


def value_of(spec, uniform):
    if isinstance(spec, dict):
        a, b = spec["uniform"]
        return a + (b - a) * uniform()
    return spec


class Population:
    def __init__(self, name, spec, dt, learning):
        self.name, self.spec, self.size = name, spec, spec["size"]
        self.model, self.dt = spec["model"], dt
        self.p = spec.get("params", {})
        self.learning = learning
        adapt = spec.get("adaptive_threshold")
        self.adapt = adapt
        self.teacher = spec.get("teacher") if learning else None
        self.theta = [adapt["theta_mV"] if adapt else 0.0] * self.size
        self.source = self.model in ("poisson_input", "spike_input")
        self.reset_membranes()
        self.reset_synapses()
        self.arriving = {}  # step -> [(unit, weight)]: before the threshold test of that step
        self.fired = []

    def reset_membranes(self):
        self.v = [self.p.get("V_m_mV", -70.0)] * self.size
        self.waiting = [0] * self.size

    def reset_synapses(self):
        self.g_ex, self.g_in = [0.0] * self.size, [0.0] * self.size

    def advance(self, step, taught):
        """Propagate, threshold, reset: the units that fired, or those that the teacher lets fire."""
        if self.adapt and self.learning:
            factor = math.exp(-self.dt / self.adapt["tau_theta_ms"])
            self.theta = [t * factor for t in self.theta]
        arriving = [0.0] * self.size
        for unit, weight in self.arriving.pop(step, []):
            arriving[unit] += weight
        update = self.cond if self.model == "iaf_cond_exp" else self.delta
        self.fired = [i for i in range(self.size) if update(i, arriving[i])]
        if self.teacher:
            self.fired = taught
        for i in self.fired if self.adapt and self.learning else []:
            self.theta[i] += self.adapt["theta_plus_mV"] * self.scale(self.theta[i])
        return self.fired

    def scale(self, theta):
        """Of what a spike adds to theta."""
        scale = self.adapt.get("theta_plus_scale")
        if not scale:
            return 1
        away, most = abs(theta - scale["pole_mV"]), scale.get("max_factor", 1000)
        return scale["width_mV"] / away if away * most > scale["width_mV"] else most

    def test(self, i):
        p = self.p
        if self.v[i] >= p["V_th_mV"] + self.theta[i]:
            self.v[i] = p["V_reset_mV"]
            self.waiting[i] = math.floor(p["t_ref_ms"] / self.dt + 0.5)
            return True
        return False

    def cond(self, i, _):
        p, dt = self.p, self.dt
        v, ex, inh = self.v[i], self.g_ex[i], self.g_in[i]
        self.g_ex[i] -= dt * ex / p["tau_syn_ex_ms"]
        self.g_in[i] -= dt * inh / p["tau_syn_in_ms"]
        if self.waiting[i]:
            self.waiting[i] -= 1
            return False
        current = p["g_L_nS"] * (p["E_L_mV"] - v) + ex * (p["E_ex_mV"] - v) + inh * (p["E_in_mV"] - v)
        self.v[i] = v + dt / p["C_m_pF"] * current
        return self.test(i)

    def delta(self, i, arriving):
        p = self.p
        relaxed = p["E_L_mV"] + (self.v[i] - p["E_L_mV"]) * math.exp(-self.dt / p["tau_m_ms"])
        if self.waiting[i]:
            self.waiting[i] -= 1
            if p.get("refractory", "clamp") == "leak":
                self.v[i] = relaxed
            return False
        self.v[i] = relaxed + arriving
        return self.test(i)

    def receive(self, unit, weight, step, delay):
        """A weight sent in `step` with `delay` steps."""
        if self.model == "iaf_psc_delta" and delay > 0:
            self.arriving.setdefault(step + delay, []).append((unit, weight))
        elif self.model == "iaf_psc_delta":
            self.v[unit] += weight if not self.waiting[unit] else 0.0
        else:
            assert delay == 0, "conductances are reached through Projection.due"
            self.conduct(unit, weight)

    def conduct(self, unit, weight):
        if weight >= 0:
            self.g_ex[unit] += weight
        else:
            self.g_in[unit] -= weight


class Synapse:
    __slots__ = ("i", "j", "w", "drawn", "delay", "x", "y", "z")

    def __init__(self, i, j, w, delay):
        self.i, self.j, self.w, self.drawn, self.delay = i, j, w, w, delay
        self.x = self.y = self.z = 0.0


class Projection:
    """Constant weights: a list of synapses; what has a delay waits in `due`."""

    def __init__(self, name, spec, source, target, dt, seed, learning):
        self.name, self.spec, self.source, self.target = name, spec, source, target
        self.dt, self.learning = dt, learning
        self.unit = [k for k in spec if k == "weight" or k.startswith("weight_") and k != "weight_type"][0]
        rule = spec["connect"]["rule"]
        pairs = [(i, j) for i in range(source.size) for j in range(target.size)
                 if rule == "all_to_all" or (rule == "one_to_one") == (i == j)]
        wkey = draws.key(seed, "projection/%s/weight" % name)
        dkey = draws.key(seed, "projection/%s/delay" % name)
        self.synapses = []
        for i, j in pairs:
            w = value_of(spec[self.unit], lambda: draws.uniform(wkey, i, j))
            d = value_of(spec["delay_ms"], lambda: draws.uniform(dkey, i, j))
            self.synapses.append(Synapse(i, j, w, math.floor(d / dt + 0.5)))
        self.of_source = [[s for s in self.synapses if s.i == i] for i in range(source.size)]
        self.of_target = [[s for s in self.synapses if s.j == j] for j in range(target.size)]
        self.due = {}  # step -> [(unit, weight)] for conductances

    def send(self, synapse, weight, step, delay):
        if self.target.model == "iaf_psc_delta" or delay == 0:
            self.target.receive(synapse.j, weight, step, delay)
        else:
            self.due.setdefault(step + delay, []).append((synapse.j, weight))

    def settle(self, step):
        for unit, weight in self.due.pop(step, []):
            self.target.conduct(unit, weight)

    def step(self, step):
        for i in self.source.fired:
            for s in self.of_source[i]:
                self.send(s, s.w, step, s.delay)
        self.settle(step)

    def reset_spikes(self):
        self.due.clear()

    def normalize(self):
        pass


class Plastic(Projection):
    """stdp_trace: each synapse has its own traces x, y, z, moved by the events that reach it."""

    def __init__(self, *args):
        super().__init__(*args)
        self.rule = dict(variant="triplet", nu_pre=1e-4, nu_post=1e-2, tau_pre_ms=20, tau_post_ms=20,
                         tau_post2_ms=40, trace="set", x_tar=0.4, mu=0.2, beta=1, w_min=0, w_max=1,
                         pre_sign="minus", timing="synapse")
        self.rule.update(self.spec["plasticity"])
        self.axonal = self.spec.get("delay_kind", "dendritic") == "axonal"
        self.scaling = {"tau_ms": 10000, "gain": 0.1, "target_rate_Hz": 0, **self.spec.get("scaling", {})}
        self.reset_rates()
        self.reset_spikes()

    def reset_spikes(self):
        super().reset_spikes()
        self.pre_events, self.post_events = {}, {}  # step -> [synapse]

    def reset_rates(self):
        self.rate = [self.scaling["target_rate_Hz"]] * self.target.size

    def reset_traces(self):
        for s in self.synapses:
            s.x = s.y = s.z = 0.0

    def clip(self, w):
        return min(max(w, self.rule["w_min"]), self.rule["w_max"])

    def pre_change(self, s):
        r = self.rule
        if s.y == 0:
            return
        sign = 1 if r["pre_sign"] == "plus" else -1
        if r["variant"] in ("triplet", "pair"):
            s.w = self.clip(s.w + sign * r["nu_pre"] * s.y)
        elif r["variant"] == "pre_and_post":
            s.w = self.clip(s.w + sign * r["nu_pre"] * s.y * s.w ** r["mu"])

    def post_change(self, s):
        r = self.rule
        room = max(r["w_max"] - s.w, 0.0)
        if r["variant"] in ("triplet", "pair"):
            if s.x == 0:
                return
            dw = r["nu_post"] * s.x * (s.z if r["variant"] == "triplet" else 1)
        elif r["variant"] == "exponential":
            dw = r["nu_post"] * (s.x * math.exp(-r["beta"] * s.w)
                                 - r["x_tar"] * math.exp(-r["beta"] * (r["w_max"] - s.w)))
        else:
            dw = r["nu_post"] * (s.x - r["x_tar"]) * room ** r["mu"]
        s.w = self.clip(s.w + dw)

    def mark(self, old):
        return old + 1 if self.rule["trace"] == "add" else 1.0

    def decay(self):
        r = self.rule
        x, y, z = (math.exp(-self.dt / r[k]) for k in ("tau_pre_ms", "tau_post_ms", "tau_post2_ms"))
        for s in self.synapses:
            s.x, s.y, s.z = s.x * x, s.y * y, s.z * z

    def step(self, step):
        emission = self.rule["timing"] == "emission"
        for i in self.source.fired:
            for s in self.of_source[i]:
                shift = s.delay if self.axonal and not emission else 0
                self.pre_events.setdefault(step + shift, []).append(s)
        for j in self.target.fired:
            for s in self.of_target[j]:
                shift = s.delay if not self.axonal and not emission else 0
                self.post_events.setdefault(step + shift, []).append(s)
        pre, post = self.pre_events.pop(step, []), self.post_events.pop(step, [])
        if self.learning:
            self.decay()
            tau = self.scaling["tau_ms"]
            self.rate = [r * math.exp(-self.dt / tau) + (1000 / tau if j in self.target.fired else 0)
                         for j, r in enumerate(self.rate)]
        (self.step_emission if emission else self.step_synapse)(step, pre, post)
        self.settle(step)

    def step_synapse(self, step, pre, post):
        for s in pre:
            if self.axonal:
                self.send(s, s.w, step, 0)
            if self.learning:
                s.x = self.mark(s.x)
                self.pre_change(s)
            if not self.axonal:
                self.send(s, s.w, step, s.delay)
        for s in post if self.learning else []:
            self.post_change(s)
            s.y, s.z = self.mark(s.y), self.mark(s.z)

    def step_emission(self, step, pre, post):
        if self.learning:
            for s in pre:
                s.x = self.mark(s.x)
            for s in post:
                self.post_change(s)
            for s in post:
                s.y, s.z = self.mark(s.y), self.mark(s.z)
            for s in pre:
                self.pre_change(s)
        for s in pre:
            self.send(s, s.w, step, s.delay)

    def scale(self):
        goal = self.scaling["target_rate_Hz"]
        most = [v for k, v in self.scaling.items() if k.startswith("max_sum")][0]
        for rate, row in zip(self.rate, self.of_target):
            total = sum(s.w for s in row)
            factor = 1 + self.scaling["gain"] * max((goal - rate) / goal, -1)
            if factor > 1 and total * factor > most:
                factor = max(most / total, 1)
            for s in row:
                s.w *= factor

    def normalize(self):
        if "scaling" in self.spec:
            self.scale()
        if "normalize" not in self.spec:
            return
        goal = [v for k, v in self.spec["normalize"].items() if k.startswith("sum")][0]
        for row in self.of_target:
            total = sum(s.w for s in row)
            for s in row:
                s.w *= goal / total if total > 0 else 1


class Poisson:
    """Gaps between spikes of each unit, as lib/engine/source.c documents them."""

    def __init__(self, population, dt, seed):
        self.key = draws.key(seed, "population/%s/poisson" % population.name)
        self.size, self.dt = population.size, dt

    def spikes(self, rates, steps, sample, attempt):
        """For each step the list of units."""
        fired = [[] for _ in range(steps)]
        word1, word2 = attempt << 16 | sample >> 32, sample & draws.M32
        for u in range(self.size):
            chance = rates[u] * (self.dt / 1000)
            if chance <= 0:
                continue
            hazard = -math.log1p(-chance) if chance < 1 else math.inf
            at, draw = 0, 0
            while True:
                at += math.floor(draws.exponential(self.key, u, word1, word2, draw) / hazard)
                draw += 1
                if at >= steps:
                    break
                fired[at].append(u)
                at += 1
        return fired


class Network:
    def __init__(self, text, seed, learning=True):
        net = json.loads(text)
        assert net.get("precision", "double") == "double"
        self.dt, self.seed, self.learning = net["dt_ms"], seed, learning
        self.pops = {n: Population(n, s, self.dt, learning) for n, s in net["populations"].items()}
        self.projections = []
        for name, spec in net.get("projections", {}).items():
            source, target = name.split("#")[0].split("->")
            kind = Plastic if "plasticity" in spec else Projection
            self.projections.append(kind(name, spec, self.pops[source], self.pops[target], self.dt,
                                         seed, learning))
        self.on_sample = net.get("on_sample", {})
        self.input = next(p for p in self.pops.values() if p.source)
        self.poisson = Poisson(self.input, self.dt, seed)
        self.now = 0

    def taught(self, p, k):
        """Step k of the presentation: a draw a step, four in a block. None: it rests."""
        if not p.teacher or k is None or self.label < 0:
            return []
        key = draws.key(self.seed, "population/%s/teacher" % p.name)
        word = draws.philox(key, (0, self.attempt << 16 | self.sample >> 32, self.sample & draws.M32,
                                  k // 4))[k % 4]
        chance = p.teacher["rate_Hz"] * self.dt / 1000
        return [self.label] if (word + 0.5) / 2.0 ** 32 < chance else []

    def step(self, input_fired, k=None):
        self.input.fired = input_fired
        for p in self.pops.values():
            if not p.source:
                p.advance(self.now, self.taught(p, k))
                if p.spec.get("winner") == "random":
                    self.choose(p)
        for q in self.projections:
            q.step(self.now)
        self.now += 1

    def choose(self, p):
        if len(p.fired) < 2:
            return
        k = draws.key(self.seed, "population/%s/winner" % p.name)
        word = draws.philox(k, (0, self.attempt << 16 | self.sample >> 32, self.sample & draws.M32,
                                self.winners.get(p.name, 0)))[0]
        self.winners[p.name] = self.winners.get(p.name, 0) + 1
        p.fired = [p.fired[word * len(p.fired) >> 32]]

    def reset(self):
        what = self.on_sample.get("reset", [])
        if what == "all":
            what = ["membranes", "synapses", "traces", "spikes", "weights"]
        for p in self.pops.values():
            if "membranes" in what:
                p.reset_membranes()
            if "synapses" in what:
                p.reset_synapses()
            if "spikes" in what:
                p.arriving.clear()
        for q in self.projections:
            if "spikes" in what:
                q.reset_spikes()
            if "traces" in what and isinstance(q, Plastic):
                q.reset_traces()
            for s in q.synapses if "weights" in what else []:
                s.w = s.drawn
            if "weights" in what and isinstance(q, Plastic):
                q.reset_rates()
        for p in self.pops.values() if "weights" in what else []:
            p.theta = [p.adapt["theta_mV"] if p.adapt else 0.0] * p.size

    def present(self, sample, steps, rates=None, spikes=None, label=-1):
        """One sample: [(step, population, unit)] of the accepted attempt, and how many it took."""
        repeat = self.on_sample.get("repeat")
        self.sample, self.attempt, self.label = sample, 0, label
        while True:
            self.reset()
            self.winners = {}
            for q in self.projections:
                if self.learning:
                    q.normalize()
            stronger = 1 + self.attempt * repeat["rate_step"] if repeat else 1
            fired = (self.poisson.spikes([r * stronger for r in rates], steps, sample, self.attempt)
                     if rates else spikes)
            recorded = []
            for k in range(steps):
                self.step(fired[k], k)
                recorded += [(k, n, u) for n, p in self.pops.items() for u in p.fired]
            for _ in range(round(self.on_sample.get("rest_ms", 0) / self.dt)):
                self.step([])
            count = sum(n == repeat["population"] for _, n, _ in recorded) if repeat else 0
            if not repeat or count >= repeat["min_spikes"] or self.attempt + 1 >= repeat["max_attempts"]:
                return recorded, self.attempt + 1
            self.attempt += 1
