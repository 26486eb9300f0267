using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// The figures of the steps since they were last read, as numbers that still lie on the device. Reading waits there until all that was asked for is computed: once for all these steps.
/// </summary>
internal sealed class StepFigures : IDisposable
{
    private readonly Queue<(Tensor? Numbers, Func<IReadOnlyList<double>, bool> Take)> steps = [];

    /// <summary>Steps that wait to be read.</summary>
    public int Count => steps.Count;

    /// <summary>Adds a step's.</summary>
    /// <param name="numbers">One number each; none where they were read already.</param>
    /// <param name="take">Is given them when they are read, and says whether all that must be finite are.</param>
    public void Add(IReadOnlyList<Tensor> numbers, Func<IReadOnlyList<double>, bool> take)
    {
        using var noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        if (numbers.Count == 0)
        {
            steps.Enqueue((null, take));
            return;
        }
        // float32 where all are: fewer operations, and exact either way.
        ScalarType type = numbers.All(number => number.dtype == ScalarType.Float32) ? ScalarType.Float32 : ScalarType.Float64;
        Tensor together = stack([.. numbers.Select(number => (number.dtype == type ? number.detach() : number.detach().to_type(type)).reshape(1))]);
        steps.Enqueue((together.DetachFromDisposeScope(), take));
    }

    /// <summary>Hands every step's on, in their order, and says of each what its taker said.</summary>
    public IEnumerable<bool> Read()
    {
        if (steps.Count == 0)
            yield break;
        double[] all = Numbers();
        int at = 0;
        while (steps.TryDequeue(out (Tensor? Numbers, Func<IReadOnlyList<double>, bool> Take) step))
        {
            int length = (int)(step.Numbers?.numel() ?? 0);
            step.Numbers?.Dispose();
            at += length;
            yield return step.Take(new ArraySegment<double>(all, at - length, length));
        }
    }

    public void Dispose()
    {
        foreach ((Tensor? numbers, _) in steps) numbers?.Dispose();
        steps.Clear();
    }

    private double[] Numbers()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] each = [.. steps.Select(step => step.Numbers?.to_type(ScalarType.Float64)).OfType<Tensor>()];
        return each.Length == 0 ? [] : cat(each).cpu().data<double>().ToArray();
    }
}

/// <summary>Figures by name that lie on the device until one is looked at; then all are fetched. A task may return them as a step's.</summary>
/// <param name="names">In the order in which they are told.</param>
/// <param name="numbers">One number each.</param>
/// <param name="rows">What each is divided by.</param>
internal sealed class DeviceFigures(IReadOnlyList<string> names, IReadOnlyList<Tensor> numbers, double rows = 1) : IReadOnlyDictionary<string, double>
{
    private IReadOnlyDictionary<string, double>? read;

    public IEnumerable<string> Keys => names;

    public IEnumerable<double> Values => Read.Values;

    public int Count => names.Count;

    /// <summary>The numbers, each still to be <see cref="ToFigures">divided</see>.</summary>
    public IReadOnlyList<Tensor> Numbers => numbers;

    private IReadOnlyDictionary<string, double> Read => read ??= ToFigures([.. numbers.Select(number => number.ToDouble())]);

    public double this[string key] => Read[key];

    /// <summary>What they are when their numbers are these; from now on they say so themselves.</summary>
    public IReadOnlyDictionary<string, double> ToFigures(IReadOnlyList<double> values)
    {
        OrderedDictionary<string, double> figures = [];
        for (int i = 0; i < names.Count; i++) figures[names[i]] = values[i] / rows;
        return read = figures;
    }

    public bool ContainsKey(string key) => names.Contains(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double value) => Read.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => Read.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Figures by name, averaged over rows.</summary>
internal sealed class MeanFigures
{
    private readonly OrderedDictionary<string, double> sums = [];
    private long rows;

    public bool IsFinite => sums.Values.All(double.IsFinite);

    public int Batches { get; private set; }

    /// <returns>Whether all are numbers.</returns>
    public bool Add(IReadOnlyDictionary<string, double> figures, int count)
    {
        Batches++;
        rows += count;
        foreach ((string name, double value) in figures) sums[name] = sums.GetValueOrDefault(name) + value * count;
        return IsFinite;
    }

    public IReadOnlyDictionary<string, double> ToDictionary() => sums.ToDictionary(sum => sum.Key, sum => sum.Value / rows);
}
