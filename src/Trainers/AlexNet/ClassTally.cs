using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>Loss and hits of the rows so far.</summary>
internal sealed class ClassTally
{
    private const int Top = 5;

    private double loss;
    private long rows, first, top;

    public bool IsFinite => double.IsFinite(loss);

    /// <summary>A batch's mean loss, its logits [N, classes] and its classes [N].</summary>
    public void Add(Tensor meanLoss, Tensor logits, Tensor classes)
    {
        using var scope = NewDisposeScope();
        long count = classes.shape[0];
        int k = (int)Math.Min(Top, logits.shape[1]);
        Tensor hits = logits.detach().topk(k, dim: 1).indexes.eq(classes.unsqueeze(1));
        loss += meanLoss.detach().to_type(ScalarType.Float32).item<float>() * count;
        rows += count;
        first += hits.narrow(1, 0, 1).sum().item<long>();
        top += hits.sum().item<long>();
    }

    public AlexNetMetrics ToMetrics(int classes) => new(loss / rows, (double)first / rows, classes > Top ? (double)top / rows : null);
}
