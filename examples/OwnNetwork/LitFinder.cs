using MLNetGen;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

/// <summary>A regression: a picture of the moon in, how much of it is lit out. Its forward does as it likes.</summary>
internal sealed class LitFinder(long channels) : TrainingTask(new Regressor(channels))
{
    public override Tensor Loss(TrainingBatch batch) => functional.mse_loss(Network.call(batch.Input), batch.Label);

    // What one would want to know of rows that it has not seen.
    public override IReadOnlyDictionary<string, double> Validate(TrainingBatch batch)
    {
        Tensor error = Network.call(batch.Input) - batch.Label;
        return new Dictionary<string, double>
        {
            ["loss"] = error.square().mean().ToDouble(),
            ["mean absolute error"] = error.abs().mean().ToDouble(),
        };
    }

    private sealed class Regressor : Module<Tensor, Tensor>
    {
        private readonly Conv2d first, second;
        private readonly Linear last = Linear(64, 1);

        public Regressor(long channels)
            : base(nameof(Regressor))
        {
            first = Conv2d(channels, 16, 3, padding: 1);
            second = Conv2d(16, 32, 3, stride: 2, padding: 1);
            RegisterComponents();
        }

        // Mean and greatest value of every feature map: 32 numbers each.
        public override Tensor forward(Tensor pictures)
        {
            Tensor maps = second.call(first.call(pictures).relu()).relu();
            return last.call(cat([maps.mean([2, 3]), maps.amax([2, 3])], 1)).sigmoid();
        }
    }
}
