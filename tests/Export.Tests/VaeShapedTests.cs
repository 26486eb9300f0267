using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>The forms that a variational auto-encoder exports.</summary>
public class VaeShapedTests
{
    public VaeShapedTests() => manual_seed(3);

    [Fact]
    public void An_encoder_with_two_outputs_keeps_its_numbers_and_names()
    {
        var encoder = Parity.Shaken(new Encoder());
        Parity.Holds(encoder, [[1, 8, 8]]);
        using OnnxFile file = OnnxFile.Of(encoder, rand(2, 1, 8, 8), new OnnxExportOptions { InputNames = ["pixels"], OutputNames = ["mean", "logVar"] });
        using var session = file.Open();
        Assert.Equal(["mean", "logVar"], session.OutputNames);
        Assert.Equal([-1, 3], session.OutputMetadata["logVar"].Dimensions);
    }

    [Fact]
    public void A_decoder_with_transposed_convolutions_keeps_its_numbers() => Parity.Holds(Parity.Shaken(new Decoder()), 3);

    [Fact]
    public void The_whole_with_three_outputs_keeps_its_numbers() => Parity.Holds(Parity.Shaken(new Whole()), [[1, 8, 8]]);

    [Fact]
    public void A_loss_of_two_inputs_written_as_a_formula_keeps_its_numbers()
    {
        var loss = new BernoulliError();
        using OnnxFile file = OnnxFile.Of(loss, [rand(2, 1, 8, 8), rand(2, 1, 8, 8)]);
        Tensor example = rand(2, 1, 8, 8);
        OnnxParity parity = OnnxCheck.CompareRandom(loss, file.Path, [example, example]);
        Assert.True(parity.IsWithin(1e-5), parity.ToString());

        // The clamp of the logarithms: a certain reconstruction that is wrong costs 100 nats a pixel, not infinity.
        OnnxParity certain = OnnxCheck.Compare(loss, file.Path, ones(1, 1, 8, 8), zeros(1, 1, 8, 8));
        Assert.True(certain.IsWithin(1e-5), certain.ToString());
        using (no_grad()) Assert.Equal(6400, loss.call(ones(1, 1, 8, 8), zeros(1, 1, 8, 8)).Item2.item<float>(), 1);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public void The_loss_keeps_its_numbers_in_other_operator_sets(int opset)
    {
        var loss = new BernoulliError();
        Tensor example = rand(2, 1, 8, 8);
        using OnnxFile file = OnnxFile.Of(loss, [example, example], new OnnxExportOptions { Opset = opset });
        OnnxParity parity = OnnxCheck.CompareRandom(loss, file.Path, [example, example]);
        Assert.True(parity.IsWithin(1e-5), parity.ToString());
    }

    private sealed class Encoder : Module<Tensor, (Tensor, Tensor)>
    {
        private readonly Sequential body = Sequential(
            Conv2d(1, 4, 4, stride: 2, padding: 1), ReLU(), Conv2d(4, 8, 4, stride: 2, padding: 1), ReLU(), Flatten(), Linear(32, 16), ReLU());

        private readonly Linear mean = Linear(16, 3), logVariance = Linear(16, 3);

        public Encoder()
            : base(nameof(Encoder)) => RegisterComponents();

        public override (Tensor, Tensor) forward(Tensor input)
        {
            using Tensor features = body.call(input);
            return (mean.call(features), logVariance.call(features));
        }
    }

    private sealed class Decoder : Module<Tensor, Tensor>
    {
        private readonly Sequential body = Sequential(
            Linear(3, 32), ReLU(), Unflatten(1, [8, 2, 2]), ConvTranspose2d(8, 4, 4, stride: 2, padding: 1), ReLU(),
            ConvTranspose2d(4, 1, 4, stride: 2, padding: 1), Sigmoid());

        public Decoder()
            : base(nameof(Decoder)) => RegisterComponents();

        public override Tensor forward(Tensor latent) => body.call(latent);
    }

    private sealed class Whole : Module<Tensor, (Tensor, Tensor, Tensor)>
    {
        private readonly Encoder encoder = new();
        private readonly Decoder decoder = new();

        public Whole()
            : base(nameof(Whole)) => RegisterComponents();

        public override (Tensor, Tensor, Tensor) forward(Tensor input)
        {
            (Tensor mean, Tensor logVariance) = encoder.call(input);
            return (mean, logVariance, decoder.call(mean));
        }
    }

    /// <summary>Mean squared error [N, 1] and negative log likelihood in nats [N, 1].</summary>
    private sealed class BernoulliError : Module<Tensor, Tensor, (Tensor, Tensor)>, IOnnxConvertible
    {
        public BernoulliError()
            : base(nameof(BernoulliError))
        {
        }

        public override (Tensor, Tensor) forward(Tensor pixels, Tensor reconstruction)
        {
            Tensor x = pixels.flatten(1), p = reconstruction.flatten(1);
            Tensor nats = -(x * p.log().clamp(-100) + (1 - x) * (1 - p).log().clamp(-100));
            return ((x - p).square().mean([1], keepdim: true), nats.sum(1, keepdim: true));
        }

        public void ToOnnx(OnnxCall call)
        {
            OnnxValue x = call.Input(0).Reshape(0, -1), p = call.Input(1).Reshape(0, -1);
            OnnxValue nats = -(x * p.Log().Clip(minimum: -100) + (1 - x) * (1 - p).Log().Clip(minimum: -100));
            call.SetOutput((x - p).Square().ReduceMean([1]), 0);
            call.SetOutput(nats.ReduceSum([1]), 1);
        }
    }
}
