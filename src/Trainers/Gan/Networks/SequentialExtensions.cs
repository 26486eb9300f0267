using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

internal static class SequentialExtensions
{
    /// <summary>Appends some layers, or none.</summary>
    public static void Append(this Sequential layers, IEnumerable<Module<Tensor, Tensor>> more)
    {
        foreach (Module<Tensor, Tensor> layer in more) layers.append(layer);
    }
}
