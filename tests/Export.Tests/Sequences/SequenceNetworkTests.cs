using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Whole networks over sequences, with the length left open.</summary>
public class SequenceNetworkTests
{
    [Fact]
    public void An_LSTM_classifier_takes_sequences_of_any_length() => Holds(new LstmClassifier(vocabulary: 50));

    [Fact]
    public void A_transformer_encoder_takes_sequences_of_any_length() => Holds(new TransformerEncoder(vocabulary: 50, longest: 16));

    private static void Holds(Module<Tensor, Tensor> network) => SequenceParity.Holds(
        TrainedLike.Weights(network), (batch, length) => [randint(0, 50, [batch, length], int64)],
        [SequenceParity.Axes((0, "batch"), (1, "length"))], tolerance: 1e-4);
}
