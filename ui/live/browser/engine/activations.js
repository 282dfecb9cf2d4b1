// Functions of one number, by the name that a layer list gives them.

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

export const activations = {
  relu: (x) => (x > 0 ? x : 0),
  "leaky-relu": (x) => (x > 0 ? x : 0.01 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  silu: (x) => x * sigmoid(x),
  tanh: Math.tanh,
  sigmoid,
  "continuous-bernoulli": continuousBernoulliMean,
};

/** 1 / (1 - exp(-l)) - 1 / l, by its Taylor series about l = 0. */
function continuousBernoulliMean(l) {
  if (Math.abs(l) < 0.3) return 0.5 + l / 12 - l ** 3 / 720 + l ** 5 / 30240;
  return Math.min(1, Math.max(0, 0.5 + 0.5 / Math.tanh(l / 2) - 1 / l));
}
