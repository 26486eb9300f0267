using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Benchmarks.Plain;

/// <summary>
/// A VAE as users of TorchSharp write it: PyTorch's examples/vae in C#, and the same loop with convolutions. Network, batch, loss and Adam are those of
/// <see cref="VaeTrainer"/>; the learning rate stays as it is.
/// </summary>
internal static class PlainVae
{
    private const int Latent = 20;

    /// <summary>Images a second on pictures [N, 1, 28, 28] in [0, 1]: the median of the last half of the epochs.</summary>
    public static double ImagesPerSecond(Tensor images, VaeArchitecture architecture, int epochs)
    {
        (int batch, double rate) = architecture == VaeArchitecture.Mlp ? (128, 1e-3) : (64, 2e-3);
        using Network vae = architecture == VaeArchitecture.Mlp ? Mlp() : Convolutional();
        vae.to(images.device);
        using Adam optimizer = optim.Adam(vae.parameters(), rate);
        long count = images.shape[0];
        List<double> speeds = [];
        vae.train();
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            long started = Stopwatch.GetTimestamp();
            using Tensor order = randperm(count, device: images.device);
            double total = 0;
            for (long start = 0; start < count; start += batch)
            {
                using var scope = NewDisposeScope();
                Tensor x = images.index_select(0, order.narrow(0, start, Math.Min(batch, count - start)));
                optimizer.zero_grad();
                (Tensor logits, Tensor mean, Tensor logVar) = vae.call(x);
                Tensor reconstruction = functional.binary_cross_entropy_with_logits(logits, x, reduction: Reduction.Sum);
                Tensor kl = -0.5 * (1 + logVar - mean.pow(2) - logVar.exp()).sum();
                Tensor loss = (reconstruction + kl) / x.shape[0];
                loss.backward();
                optimizer.step();
                total += loss.item<float>();
            }
            if (double.IsNaN(total))
                throw new InvalidOperationException("the plain loop's loss became NaN");
            speeds.Add(count / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        return Comparison.Median(speeds.Skip(epochs / 2));
    }

    private static Network Mlp() => new(
        Sequential(Flatten(), Linear(784, 400), ReLU()),
        400,
        Sequential(Linear(Latent, 400), ReLU(), Linear(400, 784), Unflatten(1, [1, 28, 28])));

    private static Network Convolutional() => new(
        Sequential(
            Conv2d(1, 32, 4, stride: 2, padding: 1), SiLU(),
            Conv2d(32, 64, 4, stride: 2, padding: 1), SiLU(),
            Flatten(), Linear(3136, 256), SiLU()),
        256,
        Sequential(
            Linear(Latent, 256), SiLU(),
            Linear(256, 3136), SiLU(), Unflatten(1, [64, 7, 7]),
            ConvTranspose2d(64, 32, 4, stride: 2, padding: 1), SiLU(),
            ConvTranspose2d(32, 1, 4, stride: 2, padding: 1)));

    private sealed class Network : Module<Tensor, (Tensor Logits, Tensor Mean, Tensor LogVar)>
    {
        private readonly Sequential encoder, decoder;
        private readonly Linear mean, logVar;

        public Network(Sequential encoder, int features, Sequential decoder)
            : base(nameof(PlainVae))
        {
            (this.encoder, this.decoder) = (encoder, decoder);
            mean = Linear(features, Latent);
            logVar = Linear(features, Latent);
            RegisterComponents();
        }

        public override (Tensor Logits, Tensor Mean, Tensor LogVar) forward(Tensor x)
        {
            Tensor hidden = encoder.call(x), m = mean.call(hidden), v = logVar.call(hidden);
            Tensor z = m + randn_like(m) * (0.5 * v).exp();
            return (decoder.call(z), m, v);
        }
    }
}
