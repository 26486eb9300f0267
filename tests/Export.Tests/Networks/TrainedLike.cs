using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Weights that keep a deep network's activations in range, as training would, and hide behind no default.</summary>
internal static class TrainedLike
{
    public static TModule Weights<TModule>(TModule network, int seed = 1)
        where TModule : Module
    {
        manual_seed(seed);
        using (no_grad())
        {
            foreach ((string name, Tensor weight) in network.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter))
                .Concat(network.named_buffers().Select(pair => (pair.name, pair.buffer))))
            {
                if (!weight.is_floating_point()) continue;
                if (weight.dim() > 1) init.kaiming_normal_(weight);
                else if (name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("running_mean", StringComparison.Ordinal)) weight.uniform_(-0.2, 0.2);
                else weight.uniform_(0.5, 1.5);
            }
        }

        return network;
    }
}
