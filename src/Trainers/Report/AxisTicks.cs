using System.Globalization;

namespace MLNetGen;

/// <summary>Round tick positions (1, 2, 2.5 or 5 times a power of ten apart) that cover a range of data.</summary>
internal sealed class AxisTicks
{
    /// <summary>The largest magnitude an axis shows; beyond it ticks would overflow.</summary>
    public const double Largest = 1e300;

    // Values below this are drawn as zero: their steps would fall among the subnormal numbers.
    private const double Smallest = 1e-290;

    // A range narrower than this share of its values is a constant with rounding noise.
    private const double Noise = 1e-9;

    // Of an axis by factors: more than these powers of ten, and only some are ticks; up to so few, and there are some between them.
    private const int MostPowers = 6, FewPowers = 2;

    // 0 where the axis grows by factors.
    private readonly double _step;

    private AxisTicks(double step, IReadOnlyList<double> values)
    {
        _step = step;
        Values = values;
    }

    /// <summary>Ascending; the first is at or below the data, the last at or above.</summary>
    public IReadOnlyList<double> Values { get; }

    public double Min => Values[0];

    public double Max => Values[^1];

    /// <param name="min">The smallest datum, within ±<see cref="Largest"/>.</param>
    /// <param name="max">The largest datum, at least <paramref name="min"/>.</param>
    /// <param name="intervals">The most intervals wanted between the data's ends, at least 1.</param>
    /// <param name="wholeNumbers">Whether ticks between whole numbers would be nonsense, as for epochs.</param>
    public static AxisTicks Cover(double min, double max, int intervals, bool wholeNumbers = false)
    {
        if (!(Math.Abs(min) <= Largest && Math.Abs(max) <= Largest && min <= max))
            throw new ArgumentException(Html.Invariant($"An axis cannot cover {min} to {max}: both ends must be within ±{Largest:e0}, in order."));
        ArgumentOutOfRangeException.ThrowIfLessThan(intervals, 1);

        (double low, double high) = Widened(min, max);
        double step = NiceStep((high - low) / intervals);
        if (wholeNumbers)
            step = step == 2.5 ? 5 : Math.Max(step, 1);

        double first = Math.Floor(low / step);
        while (first * step > Math.Min(low, min))
            first--;
        double last = Math.Ceiling(high / step);
        while (last * step < Math.Max(high, max))
            last++;
        var values = new double[(int)(last - first) + 1];
        for (int i = 0; i < values.Length; i++)
            values[i] = At(first + i, step);
        return new AxisTicks(step, values);
    }

    /// <summary>A tick's text: as many decimals as the step needs, and powers of ten where zeros would pile up.</summary>
    public string Label(double tick)
    {
        if (_step == 0)
            return tick is >= 1e7 or < 1e-4 ? Html.Number(tick, "0e0") : Html.Number(tick, "N" + Math.Max(0, -Exponent(tick)).ToString(CultureInfo.InvariantCulture));
        if (Math.Abs(tick) < _step / 2)
            return "0";
        int stepExponent = Exponent(_step);
        if (Math.Round(_step / Math.Pow(10, stepExponent), 3) == 2.5)
            stepExponent--;
        double largest = Math.Max(Math.Abs(Min), Math.Abs(Max));
        if (largest >= 1e7 || stepExponent < -5)
        {
            string digits = new('0', Math.Max(0, Exponent(tick) - stepExponent));
            return Html.Number(tick, $"0.{digits}e0");
        }
        return Html.Number(tick, "N" + Math.Max(0, -stepExponent).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Ticks of an axis that grows by factors: powers of ten, with halves and fifths of them where those are few.</summary>
    /// <param name="min">The smallest datum, above 0.</param>
    /// <param name="max">The largest datum.</param>
    public static AxisTicks CoverByFactors(double min, double max)
    {
        int low = Exponent(min), high = (int)Math.Ceiling(Math.Log10(max) - 1e-12);
        int every = Math.Max(1, (high - low + MostPowers - 1) / MostPowers);
        double[] digits = high - low <= FewPowers ? [1, 2, 5] : [1];
        double[] ticks =
        [
            .. Enumerable.Range(0, (high - low) / every + 1).SelectMany(power => digits.Select(digit => digit * Math.Pow(10, low + power * every))),
        ];
        // One at each end or beyond.
        int first = Math.Max(0, Array.FindLastIndex(ticks, tick => tick <= min * (1 + Noise))), last = Array.FindIndex(ticks, tick => tick >= max * (1 - Noise));
        return new AxisTicks(0, last < 0 ? [.. ticks[first..], Math.Min(Math.Pow(10, high + every), double.MaxValue)] : ticks[first..(last + 1)]);
    }

    private static (double Low, double High) Widened(double min, double max)
    {
        double magnitude = Math.Max(Math.Abs(min), Math.Abs(max));
        // Counts, shares and losses that are 0 do not fall below it.
        if (magnitude < Smallest)
            return (0, 1);
        if (max - min > magnitude * Noise)
            return (min, max);
        return (min - magnitude / 10, max + magnitude / 10);
    }

    private static double NiceStep(double atLeast)
    {
        int exponent = Exponent(atLeast);
        foreach (double digit in (ReadOnlySpan<double>)[1, 2, 2.5, 5])
        {
            double step = At(digit, Math.Pow(10, exponent));
            // The tolerance keeps 0.1 + 0.2 from asking for the next step.
            if (step >= atLeast * (1 - 1e-9))
                return step;
        }
        return Math.Pow(10, exponent + 1);
    }

    // Dividing by the inverse gives 0.3 where 3 * 0.1 gives 0.30000000000000004.
    private static double At(double index, double step)
    {
        double inverse = Math.Round(1 / step);
        bool exact = inverse is > 1 and < 1e15 && Math.Abs(inverse * step - 1) < 1e-12;
        return exact ? index / inverse : index * step;
    }

    private static int Exponent(double value) => (int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-12);
}
