using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What LSTM, GRU and RNN have in common: sizes, weights and the arguments of libtorch's operators.</summary>
internal sealed record RecurrentSettings(
    long InputSize, long HiddenSize, long LayerCount, bool HasBias, bool BatchFirst, double Dropout, bool Bidirectional)
{
    private long Directions => Bidirectional ? 2 : 1;

    /// <summary>The weights in libtorch's order, uniform in ±1/√hidden, drawn in that order too.</summary>
    public IEnumerable<(string Name, Parameter Weight)> MakeWeights(int gates)
    {
        double bound = 1 / Math.Sqrt(HiddenSize);
        long rows = gates * HiddenSize;
        for (long layer = 0; layer < LayerCount; layer++)
        {
            long columns = layer == 0 ? InputSize : HiddenSize * Directions;
            for (long direction = 0; direction < Directions; direction++)
            {
                string suffix = $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
                yield return ($"weight_ih{suffix}", Uniform(bound, rows, columns));
                yield return ($"weight_hh{suffix}", Uniform(bound, rows, HiddenSize));
                if (!HasBias) continue;
                yield return ($"bias_ih{suffix}", Uniform(bound, rows));
                yield return ($"bias_hh{suffix}", Uniform(bound, rows));
            }
        }
    }

    public Tensor ZeroState(Tensor input) =>
        zeros([LayerCount * Directions, input.shape[BatchFirst ? 0 : 1], HiddenSize], dtype: input.dtype, device: input.device);

    /// <summary>Runs an operator such as <c>aten::gru.input</c>; <paramref name="state"/> is a tensor or a list of them.</summary>
    public Tensor[] Run(Operator recurrence, Tensor input, Arg state, nn.Module module)
    {
        CheckInput(input);
        Tensor[] weights = [.. module.parameters(recurse: false)];
        return recurrence.CallMany(input, state, weights, HasBias, LayerCount, Dropout, module.training, Bidirectional, BatchFirst);
    }

    private void CheckInput(Tensor input)
    {
        if (input.ndim != 3)
            throw new ExternalException($"input must have 3 dimensions, got {input.ndim}");
        if (input.shape[2] != InputSize)
            throw new ExternalException($"input.size(-1) must be equal to input_size. Expected {InputSize}, got {input.shape[2]}");
    }

    private static Parameter Uniform(double bound, params long[] shape)
    {
        var weight = new Parameter(empty(shape));
        nn.init.uniform_(weight, -bound, bound);
        return weight;
    }
}
