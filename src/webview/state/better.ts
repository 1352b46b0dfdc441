export type Better = 'lower' | 'higher';

const lower = new Set(
  'loss error err perplexity ppl nll wer cer mae mse rmse mape bpc bpb fid kl divergence latency ms'.split(
    ' ',
  ),
);
const higher = new Set(
  'acc accuracy score f1 auc auroc bleu rouge reward return precision recall map iou miou dice psnr ssim pesq r2 top1 top5'.split(
    ' ',
  ),
);
/** Measures of something about a metric: `loss_scale` is no loss. */
const neutral = new Set('scale weight coef coefficient lambda lr norm count std var min_delta'.split(' '));

/** Which way a metric is better, by the last word of its name that says so; null where none does. */
export function betterOf(metric: string): Better | null {
  const words = metric
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
  let found: Better | null = null;
  for (const word of words) {
    // What follows is what it is counted by: `tokens_per_ms` is no time.
    if (word === 'per') break;
    if (lower.has(word)) found = 'lower';
    else if (higher.has(word)) found = 'higher';
    else if (neutral.has(word)) found = null;
  }
  return found;
}
