using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Interleaves groups of channels.</summary>
public sealed class ChannelShuffle : ParameterLessModule<Tensor, Tensor>
{
    internal ChannelShuffle(long groups)
        : base(nameof(ChannelShuffle))
    {
        this.groups = groups;
    }

    public long groups { get; set; }

    public override Tensor forward(Tensor tensor) => tensor.channel_shuffle(groups);
}
