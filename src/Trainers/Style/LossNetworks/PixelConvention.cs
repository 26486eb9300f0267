using System.Globalization;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>How weights expect pixels: (pixel − mean) / deviation, a value a channel, of RGB from 0 to 255.</summary>
internal sealed class PixelConvention : IDisposable
{
    private readonly IReadOnlyList<double> deviation;
    private Tensor mean, factor;

    public PixelConvention(IReadOnlyList<double> mean, IReadOnlyList<double> deviation)
    {
        Mean = mean;
        this.deviation = deviation;
        this.mean = Channels(mean);
        factor = Channels([.. deviation.Select(d => 1 / d)]);
    }

    /// <summary>The mean pixel, RGB.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>Less the mean pixel of ImageNet, not scaled: VGG's own (Simonyan and Zisserman 2014, section 2.1).</summary>
    public static PixelConvention LessMean(IReadOnlyList<double>? mean = null) => new(mean ?? [123.68, 116.779, 103.939], [1, 1, 1]);

    /// <summary>torchvision's: [0, 1] less the mean, over the deviation.</summary>
    public static PixelConvention Torchvision() => Unit([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>Of pixels in [0, 1].</summary>
    public static PixelConvention Unit(IReadOnlyList<double> mean, IReadOnlyList<double> deviation) =>
        new([.. mean.Select(m => m * 255)], [.. deviation.Select(d => d * 255)]);

    public Tensor Apply(Tensor pixels) => (pixels - mean).mul_(factor);

    /// <summary>The same text for the same convention, everywhere.</summary>
    public override string ToString() => string.Join(' ', Mean.Concat(deviation).Select(value => value.ToString("G9", CultureInfo.InvariantCulture)));

    public void To(Device device) => (mean, factor) = (Moved(mean, device), Moved(factor, device));

    public void Dispose()
    {
        mean.Dispose();
        factor.Dispose();
    }

    private static Tensor Moved(Tensor tensor, Device device) => tensor.to(device, disposeAfter: true).DetachFromDisposeScope();

    private static Tensor Channels(IReadOnlyList<double> values) =>
        tensor(values.Select(v => (float)v).ToArray(), [1, values.Count, 1, 1]).DetachFromDisposeScope();
}
