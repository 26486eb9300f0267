using System.Text.Json;
using MLNetGen.AlexNet;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Tests.AlexNet;

/// <summary>Against PyTorch: fixture/networks.json, which tests/peers/alexnet.py made from weights that a formula gives.</summary>
public class PyTorchTests
{
    private const double Rate = 0.001, Momentum = 0.9, Decay = 5e-4, Smoothing = 0.1;
    private const double Tolerance = 1e-7;
    private const long Prime = 65521;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData("paper", AlexNetNetwork.Paper)]
    [InlineData("torchvision", AlexNetNetwork.Torchvision)]
    [InlineData("compact", AlexNetNetwork.Compact)]
    public void Forward_losses_gradients_and_steps_of_SGD_are_PyTorchs(string name, AlexNetNetwork kind)
    {
        Truth truth = JsonSerializer.Deserialize<Dictionary<string, Truth>>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "AlexNet", "fixture", "networks.json")), Json)![name];
        using var scope = NewDisposeScope();
        using AlexNetModule network = AlexNetModule.Create(new(kind, truth.Classes, truth.Size, 3) { Dropout = 0 });
        network.train();
        Fill(network);
        // In float32 a processor's own order of additions can move a unit across ReLU's edge, and a gradient by more than any tolerance worth having.
        network.to(ScalarType.Float64);
        (string name, Parameter parameter)[] parameters = [.. network.named_parameters()];
        Assert.Equal(truth.Parameters, parameters.Sum(p => p.parameter.numel()));
        Tensor pictures = Numbers([truth.Batch, 3, truth.Size, truth.Size], 11, 4).to(ScalarType.Float64);
        Tensor labels = tensor(Enumerable.Range(0, truth.Batch).Select(i => (7L * i + 3) % truth.Classes).ToArray());
        Tensor weights = tensor(Enumerable.Range(0, truth.Classes).Select(c => 0.5 + c % 7 / 6.0).ToArray());
        using var optimizer = optim.SGD(network.parameters(), Rate, Momentum, weight_decay: Decay);

        for (int step = 0; step < truth.Steps.Length; step++)
        {
            using var inner = NewDisposeScope();
            Tensor logits = network.call(pictures);
            if (step == 0)
            {
                Compare(truth.Logits, logits, "logits");
                Assert.Equal(truth.Losses["plain"], functional.cross_entropy(logits, labels).ToDouble(), Tolerance);
                Assert.Equal(truth.Losses["smoothed"], functional.cross_entropy(logits, labels, label_smoothing: Smoothing).ToDouble(), Tolerance);
                Assert.Equal(truth.Losses["weighted"], functional.cross_entropy(logits, labels, weights).ToDouble(), Tolerance);
                Assert.Equal(truth.Losses["both"], functional.cross_entropy(logits, labels, weights, label_smoothing: Smoothing).ToDouble(), Tolerance);
            }
            network.zero_grad();
            Tensor loss = functional.cross_entropy(logits, labels, weights, label_smoothing: Smoothing);
            Assert.Equal(truth.Steps[step].Loss, loss.ToDouble(), Tolerance);
            loss.backward();
            foreach ((string each, Parameter parameter) in parameters)
                Compare(truth.Steps[step].Gradients[each], parameter.grad!, $"step {step}, gradient of {each}");
            optimizer.step();
            foreach ((string each, Parameter parameter) in parameters)
                Compare(truth.Steps[step].Weights[each], parameter, $"step {step}, {each}");
            foreach ((string each, Tensor buffer) in network.named_buffers().Where(b => b.buffer.is_floating_point()))
                Compare(truth.Steps[step].Buffers[each], buffer, $"step {step}, {each}");
        }
    }

    // What alexnet.py calls numbers, fill, places and look.
    private static Tensor Numbers(long[] shape, long offset, double scale)
    {
        using var scope = NewDisposeScope();
        Tensor i = arange(Prime, ScalarType.Int64);
        Tensor period = (((i * i * 3 + i * 7 + offset).remainder(Prime).to(ScalarType.Float64) / Prime - 0.5) * scale).to(ScalarType.Float32);
        long count = shape.Aggregate(1L, (product, size) => product * size);
        return period.repeat((count + Prime - 1) / Prime).narrow(0, 0, count).reshape(shape).MoveToOuterDisposeScope();
    }

    private static void Fill(AlexNetModule network)
    {
        using var noGradient = no_grad();
        int offset = 0;
        foreach (Parameter parameter in network.parameters())
        {
            using var scope = NewDisposeScope();
            long fanIn = parameter.dim() > 1 ? parameter.numel() / parameter.shape[0] : 0;
            parameter.copy_(Numbers(parameter.shape, offset++, fanIn > 0 ? Math.Sqrt(24.0 / fanIn) : 0.2));
        }
        foreach (NormBase layer in network.modules().OfType<NormBase>())
            layer.weight!.add_(1);
    }

    private static void Compare(Look expected, Tensor actual, string what)
    {
        using var scope = NewDisposeScope();
        Tensor flat = actual.detach().flatten();
        long count = flat.numel();
        long[] places = [.. new SortedSet<long> { 0, count / 5, count * 2 / 5, count * 3 / 5, count * 4 / 5, count - 1 }];
        double[] values = [.. flat.index_select(0, tensor(places)).data<double>()];
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(values[i] - expected.Values[i]) <= Tolerance * Math.Max(expected.Largest, Math.Abs(expected.Values[i])), $"{what} at {places[i]}: {values[i]}, not {expected.Values[i]}");
        if (expected.Length is { } length)
            Assert.Equal(1, flat.norm().ToDouble() / length, Tolerance);
    }

    private sealed record Look(double[] Values, double Largest, double? Length);

    private sealed record Step(double Loss, Dictionary<string, Look> Gradients, Dictionary<string, Look> Weights, Dictionary<string, Look> Buffers);

    private sealed record Truth(int Size, int Classes, int Batch, long Parameters, Look Logits, Dictionary<string, double> Losses, Step[] Steps);
}
