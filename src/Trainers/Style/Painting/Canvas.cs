using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>The picture that is painted: what an optimiser changes, and what it looks like.</summary>
internal sealed class Canvas : IDisposable
{
    private const double Middle = 127.5, Brightest = 255;

    private readonly Tensor best;
    private readonly Tensor? photograph, mask;

    /// <param name="start">float32 [1, 3, H, W], 0 to 255.</param>
    /// <param name="unit">
    /// Grey levels in one unit of <see cref="Paint"/>: as many as there are values. The loss is a mean, so that a pixel's gradient is the smaller the larger the
    /// picture; in this unit it is not. Else L-BFGS's first step, of length 1 summed over all pixels, would be lost in float32's rounding, and Adam's ε
    /// would be larger than the gradients.
    /// </param>
    /// <param name="photograph">What shows where nothing is painted; stays the caller's.</param>
    /// <param name="mask">float32 [1, 1, H, W], how much is painted, 0 to 1; null: all. Stays the caller's.</param>
    public Canvas(Tensor start, double unit, Tensor? photograph = null, Tensor? mask = null)
    {
        Unit = unit;
        this.photograph = photograph;
        this.mask = mask;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor paint = (start - Middle) / unit;
        best = paint.clone().DetachFromDisposeScope();
        Paint = new Parameter(paint.DetachFromDisposeScope());
    }

    public Parameter Paint { get; }

    /// <summary>Grey levels in one unit of it.</summary>
    public double Unit { get; }

    /// <summary>What it looks like: float32 [1, 3, H, W]; where a mask is, the photograph shows through it.</summary>
    public Tensor Pixels()
    {
        Tensor painted = Paint * Unit + Middle;
        return mask is null ? painted : photograph! + mask * (painted - photograph!);
    }

    /// <summary>Back to colours that there are.</summary>
    public void Limit()
    {
        using var noGradient = no_grad();
        Paint.clamp_(-Middle / Unit, (Brightest - Middle) / Unit);
    }

    /// <summary>Remembers it as it is.</summary>
    public void Keep()
    {
        using var noGradient = no_grad();
        best.copy_(Paint);
    }

    /// <summary>As it was when it was kept.</summary>
    public void Restore()
    {
        using var noGradient = no_grad();
        Paint.copy_(best);
    }

    public Picture ToPicture()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return (Pixels() / Brightest).ToPictures()[0];
    }

    public void Dispose()
    {
        Paint.Dispose();
        best.Dispose();
    }
}
