using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>Latent vectors between latent vectors.</summary>
internal static class LatentPath
{
    // Radians from 0 or π within which the formula divides by next to nothing; float32 directions are no finer.
    private const double Degenerate = 1e-6;

    /// <summary>Rows along the way through <paramref name="anchors"/>; see <see cref="GenerativeCatalog.InterpolateLatent"/>.</summary>
    public static IDataView Create(IReadOnlyList<float[]> anchors, int steps, LatentInterpolation interpolation, bool closed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (!Enum.IsDefined(interpolation))
            throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "There is no such interpolation");
        if (anchors.Count < 2)
            throw new ArgumentException($"There are {anchors.Count} latent vectors to go between; give at least two", nameof(anchors));
        var legs = closed ? anchors.Count : anchors.Count - 1;
        var count = checked(legs * steps + (closed ? 0 : 1));
        return LatentRows.Create(count, anchors[0].Length, (row, values) =>
        {
            var (leg, step) = Math.DivRem(row, steps);
            float[] from = anchors[leg], to = anchors[(leg + 1) % anchors.Count];
            if (step == 0)
                from.CopyTo(values);
            else if (interpolation == LatentInterpolation.Linear)
                Linear(from, to, (double)step / steps, values);
            else
                Spherical(from, to, (double)step / steps, values);
        });
    }

    /// <summary>Reads a column of vectors of one known size.</summary>
    public static List<float[]> Read(IDataView view, string columnName)
    {
        var column = Find(view, columnName);
        var rows = new List<float[]>();
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            rows.Add([.. value.DenseValues()]);
        }
        return rows;
    }

    /// <exception cref="ArgumentException">The column is absent or of another type.</exception>
    public static DataViewSchema.Column Find(IDataView view, string columnName)
    {
        var column = view.Schema.GetColumnOrNull(columnName)
            ?? throw SchemaShapes.NoColumn(view.Schema, columnName, nameof(columnName));
        return column.Type is VectorDataViewType { IsKnownSize: true } type && type.ItemType == NumberDataViewType.Single ? column
            : throw new ArgumentException($"Column '{columnName}' holds {column.Type}, not vectors of Single of one known size: Concatenate makes one of several columns, ConvertType Single of other numbers", nameof(columnName));
    }

    public static void Linear(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t, Span<float> values) =>
        Combine(from, to, 1 - t, t, values);

    public static void Spherical(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t, Span<float> values)
    {
        var angle = AngleBetween(from, to);
        if (angle is not { } theta || theta < Degenerate)
            Linear(from, to, t, values);
        else if (Math.PI - theta < Degenerate)
            HalfCircle(from, to, t, values);
        else
            Combine(from, to, Math.Sin((1 - t) * theta) / Math.Sin(theta), Math.Sin(t * theta) / Math.Sin(theta), values);
    }

    // Null where a vector is 0 and has no direction. Twice the arc tangent is exact at every angle, unlike the arc cosine
    // (Kahan, "How futile are mindless assessments of roundoff", 2006, section 12).
    private static double? AngleBetween(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double normA = Norm(a), normB = Norm(b), difference = 0, sum = 0;
        if (normA == 0 || normB == 0)
            return null;
        for (var i = 0; i < a.Length; i++)
        {
            double x = a[i] / normA, y = b[i] / normB;
            difference += (x - y) * (x - y);
            sum += (x + y) * (x + y);
        }
        return 2 * Math.Atan2(Math.Sqrt(difference), Math.Sqrt(sum));
    }

    // Opposite vectors have no great circle of their own: take the one through the axis that is most nearly perpendicular.
    private static void HalfCircle(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t, Span<float> values)
    {
        if (from.Length == 1)
        {
            Linear(from, to, t, values);
            return;
        }
        var norm = Norm(from);
        var axis = IndexOfSmallest(from);
        var along = from[axis] / norm;
        var perpendicular = Math.Sqrt(1 - along * along);
        var radius = (1 - t) * norm + t * Norm(to);
        var (sin, cos) = Math.SinCos(Math.PI * t);
        for (var i = 0; i < values.Length; i++)
        {
            var direction = from[i] / norm;
            var aside = ((i == axis ? 1 : 0) - along * direction) / perpendicular;
            values[i] = (float)(radius * (cos * direction + sin * aside));
        }
    }

    private static int IndexOfSmallest(ReadOnlySpan<float> vector)
    {
        var smallest = 0;
        for (var i = 1; i < vector.Length; i++)
            if (Math.Abs(vector[i]) < Math.Abs(vector[smallest]))
                smallest = i;
        return smallest;
    }

    private static double Norm(ReadOnlySpan<float> vector)
    {
        var sum = 0.0;
        foreach (var value in vector)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    private static void Combine(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double first, double second, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(first * from[i] + second * to[i]);
    }
}

/// <summary>The way from one latent vector to another.</summary>
public enum LatentInterpolation
{
    /// <summary>
    /// Along the great circle: sin((1−t)θ)/sin θ · a + sin(tθ)/sin θ · b, θ the angle between a and b. Vectors of one norm keep
    /// it, which is what a model of normal z was trained on: those have norms near √dimension, and the middle of a straight
    /// line does not. Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985, section 3.3;
    /// White, "Sampling generative networks", 2016, section 2.1, arXiv:1609.04468.
    /// </summary>
    Spherical,

    /// <summary>The straight line (1−t)·a + t·b.</summary>
    Linear,
}
