using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class UnusedPartsTests
{
    [Fact]
    public void A_result_that_nobody_reads_costs_neither_nodes_nor_weights()
    {
        manual_seed(1);
        Linear used = Linear(4, 4), unread = Linear(4, 4);
        var network = new Network(x =>
        {
            unread.call(x).Dispose();
            return used.call(x);
        }, used, unread);
        using OnnxFile file = OnnxFile.Of(network, randn(2, 4));
        Assert.Equal(["Gemm"], file.Operators());
        Assert.Equal(["parts.0.weight", "parts.0.bias"], file.Initializers());
        Parity.Holds(network, 4);
    }
}
