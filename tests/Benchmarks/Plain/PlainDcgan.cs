using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Benchmarks.Plain;

/// <summary>
/// A DCGAN as users of TorchSharp write it: the loop of PyTorch's DCGAN tutorial, with the networks, targets and Adam of
/// <see cref="DcganNetwork.AnimeFace64"/>. It keeps no average of the generator.
/// </summary>
internal static class PlainDcgan
{
    private const int Latent = 100;

    public static double ImagesPerSecond(int batch, int warmUp, int timed, Device device)
    {
        using Sequential generator = Generator(), discriminator = Discriminator();
        generator.to(device);
        discriminator.to(device);
        using Adam generatorOptimizer = optim.Adam(generator.parameters(), 1.5e-4, 0.5, 0.999, 1e-7);
        using Adam discriminatorOptimizer = optim.Adam(discriminator.parameters(), 2e-4, 0.5, 0.999, 1e-7);
        using Tensor pictures = rand(4 * batch, 3, 64, 64, device: device).mul_(2).sub_(1);
        return batch / Laps.MedianOf(warmUp, timed, () =>
        {
            using var scope = NewDisposeScope();
            Tensor real = pictures.index_select(0, randint(0, pictures.shape[0], batch, ScalarType.Int64, device));

            // The discriminator learns to tell real from made.
            discriminatorOptimizer.zero_grad();
            Tensor onReal = discriminator.call(real);
            Tensor realLoss = functional.binary_cross_entropy_with_logits(onReal, 1 - 0.2 * rand_like(onReal));
            realLoss.backward();
            Tensor made = generator.call(randn(batch, Latent, device: device));
            Tensor onMade = discriminator.call(made.detach());
            Tensor madeLoss = functional.binary_cross_entropy_with_logits(onMade, 0.2 * rand_like(onMade));
            madeLoss.backward();
            discriminatorOptimizer.step();

            // The generator learns to be taken for real.
            generatorOptimizer.zero_grad();
            Tensor judged = discriminator.call(made);
            Tensor loss = functional.binary_cross_entropy_with_logits(judged, ones_like(judged));
            loss.backward();
            generatorOptimizer.step();
            if (float.IsNaN(realLoss.item<float>() + madeLoss.item<float>() + loss.item<float>()))
                throw new InvalidOperationException("the plain loop's loss became NaN");
        });
    }

    private static Sequential Generator() => Sequential(
        Unflatten(1, [Latent, 1, 1]),
        ConvTranspose2d(Latent, 512, 4), BatchNorm2d(512, 1e-3, 0.5), LeakyReLU(0.2, inplace: true),
        ConvTranspose2d(512, 256, 4, stride: 2, padding: 1), BatchNorm2d(256, 1e-3, 0.5), LeakyReLU(0.2, inplace: true),
        ConvTranspose2d(256, 128, 4, stride: 2, padding: 1), BatchNorm2d(128, 1e-3, 0.5), LeakyReLU(0.2, inplace: true),
        ConvTranspose2d(128, 64, 4, stride: 2, padding: 1), BatchNorm2d(64, 1e-3, 0.5), LeakyReLU(0.2, inplace: true),
        Conv2d(64, 64, 3, padding: 1), BatchNorm2d(64, 1e-3, 0.5), LeakyReLU(0.2, inplace: true),
        ConvTranspose2d(64, 3, 4, stride: 2, padding: 1), Tanh());

    private static Sequential Discriminator() => Sequential(
        Conv2d(3, 64, 4, stride: 2, padding: 1), LeakyReLU(0.2, inplace: true),
        Conv2d(64, 128, 4, stride: 2, padding: 1), BatchNorm2d(128, 1e-3, 0.5), LeakyReLU(0.2, inplace: true),
        Conv2d(128, 256, 4, stride: 2, padding: 1), BatchNorm2d(256, 1e-3, 0.5), LeakyReLU(0.2, inplace: true),
        Conv2d(256, 512, 4, stride: 2, padding: 1), BatchNorm2d(512, 1e-3, 0.5), LeakyReLU(0.2, inplace: true),
        Flatten(), Linear(512 * 4 * 4, 1));
}
