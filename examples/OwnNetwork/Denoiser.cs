using MLNetGen;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

/// <summary>A denoising autoencoder: it sees a picture with noise on it, and learns to give the picture (Vincent et al. 2008).</summary>
internal sealed class Denoiser(long channels, double noise) : TrainingTask(Create(channels))
{
    public override object Settings => new { noise };

    public override Tensor Loss(TrainingBatch batch) =>
        functional.mse_loss(Network.call(Noisy(batch.Input)), batch.Input);

    // In the report, each picture with its noise, and what is left of that.
    public override Tensor Snapshot(TrainingBatch batch)
    {
        Tensor noisy = Noisy(batch.Input);
        return stack([noisy.clamp(0, 1), Network.call(noisy).clamp(0, 1)], 1).flatten(0, 1);
    }

    private Tensor Noisy(Tensor pictures) => pictures + noise * randn_like(pictures);

    // [N, C, H, W] in [0, 1] → the same, by way of half the height and width.
    private static Module<Tensor, Tensor> Create(long channels) => Sequential(
        Conv2d(channels, 16, 3, padding: 1), ReLU(),
        Conv2d(16, 32, 4, stride: 2, padding: 1), ReLU(),
        Conv2d(32, 32, 3, padding: 1), ReLU(),
        ConvTranspose2d(32, 16, 4, stride: 2, padding: 1), ReLU(),
        Conv2d(16, channels, 3, padding: 1), Sigmoid());
}
