using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Benchmarks.Plain;

/// <summary>Super-resolution as users of TorchSharp write it: residual blocks, nearest-neighbour doublings, what is added to bicubic interpolation; the layers of <see cref="SuperResolutionArchitecture.Residual"/>.</summary>
internal static class PlainSuperResolution
{
    private const int Width = 64, Blocks = 4;

    /// <summary>Training steps on patches that lie in memory and are shrunk in every step, patches a second.</summary>
    public static double Training(int size, int batch, int factor, int warmUp, int timed)
    {
        using Sequential layers = Layers(factor);
        using Adam optimizer = optim.Adam(layers.parameters(), 1e-3);
        using Tensor patches = rand(4 * batch, 3, size, size).mul_(255);
        layers.train();
        return batch / Laps.MedianOf(warmUp, timed, () =>
        {
            using var scope = NewDisposeScope();
            Tensor truth = patches.index_select(0, randint(0, patches.shape[0], batch, ScalarType.Int64));
            Tensor small = functional.interpolate(truth, scale_factor: [1.0 / factor, 1.0 / factor], mode: InterpolationMode.Bicubic, align_corners: false).round().clamp(0, 255);
            optimizer.zero_grad();
            Tensor made = layers.call(small / 127.5 - 1) * 12.75
                + functional.interpolate(small, scale_factor: [factor, factor], mode: InterpolationMode.Bicubic, align_corners: false);
            Tensor loss = functional.mse_loss(made / 255, truth / 255);
            loss.backward();
            optimizer.step();
            if (float.IsNaN(loss.item<float>()))
                throw new InvalidOperationException("the plain loop's loss became NaN");
        });
    }

    private static Sequential Layers(int factor)
    {
        List<Module<Tensor, Tensor>> stages = [Padded(3, Width, 9), ReLU()];
        for (int block = 0; block < Blocks; block++) stages.Add(new Residual());
        for (int size = 1; size < factor; size *= 2) stages.AddRange([Upsample(scale_factor: [2, 2]), Padded(Width, Width, 3), ReLU()]);
        return Sequential([.. stages, Padded(Width, 3, 9)]);
    }

    private static Conv2d Padded(int before, int after, int kernel) => Conv2d(before, after, kernel, padding: kernel / 2, padding_mode: PaddingModes.Replicate);

    private sealed class Residual : Module<Tensor, Tensor>
    {
        private readonly Sequential layers = Sequential(Padded(Width, Width, 3), ReLU(), Padded(Width, Width, 3));

        public Residual()
            : base(nameof(Residual)) => RegisterComponents();

        public override Tensor forward(Tensor x) => x + layers.call(x);
    }
}
