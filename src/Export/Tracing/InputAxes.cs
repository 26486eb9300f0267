using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>Which axes of the inputs may have any length, and under which names the file says so.</summary>
internal sealed class InputAxes
{
    public const string Batch = "batch";

    /// <summary>The probe whose heights and widths are no multiples of the example's; not every module takes such.</summary>
    public const int OddRound = 2;

    private const string Height = "height", Width = "width";

    // By input and axis; null where the length is the example's.
    private readonly string?[][] names;
    private readonly long[][] shapes;
    private readonly List<string?> others;

    public InputAxes(IReadOnlyList<Tensor> inputs, IReadOnlyList<string> inputNames, OnnxExportOptions options)
    {
        foreach (string name in options.DynamicAxes.Keys.Except(inputNames))
            throw new ArgumentException($"DynamicAxes names '{name}', but the inputs are: {string.Join(", ", inputNames)}.", nameof(options));

        shapes = [.. inputs.Select(input => input.shape)];
        names = [.. inputs.Select((input, i) => options.DynamicAxes.TryGetValue(inputNames[i], out var chosen)
            ? Chosen(inputNames[i], input.shape, chosen)
            : Usual(input.shape, options, isPicture: i == 0 && options.PixelInput is not null))];
        others = [.. names.SelectMany(axes => axes).Where(name => name is not (null or Batch)).Distinct()];
    }

    /// <summary>What the probe is, for messages.</summary>
    public string ProbeDescription => Array.Exists(names, axes => Array.Exists(axes, name => name is not null))
        ? "another input, of other lengths along the dynamic axes (see DynamicBatch, DynamicSize and DynamicAxes)"
        : "another input";

    /// <summary>Whether any axis but a batch is dynamic.</summary>
    public bool AnyButBatch => others.Count > 0;

    /// <summary>
    /// Name of an axis that had one length on the example and another on the probe: an input's axis that changed likewise,
    /// first of all one in the same place. Null when the length only follows from an input's.
    /// </summary>
    public string? NameOf(int axis, long length, long probeLength)
    {
        string? found = null;
        for (int i = 0; i < names.Length; i++)
        {
            for (int a = 0; a < names[i].Length; a++)
            {
                if (names[i][a] is not { } name || shapes[i][a] != length || ProbeLength(i, a) != probeLength) continue;
                if (a == axis) return name;
                found ??= name;
            }
        }

        return found;
    }

    /// <summary>
    /// An input of other values, and of other lengths along the dynamic axes: one more of a batch, twice the first other
    /// axis, three times the second, and so on: so that what divided a length does so still, and height and width differ.
    /// </summary>
    /// <param name="input">Which input.</param>
    /// <param name="example">Its example.</param>
    /// <param name="round">Which probe: every one has other lengths, in no simple proportion to those of the others. Batches are as small as that allows: all that forward computes is held meanwhile.</param>
    /// <param name="keepUniform">Whether whole numbers and truth values that are all the same stay so.</param>
    /// <param name="asked">One axis that has a length of its own, with all others of its name; the others have the example's then.</param>
    public Tensor Probe(int input, Tensor example, int round = 0, bool keepUniform = false, ((int Input, int Axis) Place, long Length)? asked = null)
    {
        using var scope = NewDisposeScope();
        // Smaller from round to round, so that no extreme of theirs is the example's.
        Tensor values = !keepUniform && IsUniform(example) ? Changed(example, round) : example.dtype == ScalarType.Bool ? example.flatten().flip(0)
            : example.is_floating_point() ? Mirrored(example).flatten() * (0.75 - 0.2 * round) : Lowered(example).flatten().flip(0);
        long[] shape = [.. example.shape.Select((length, axis) => asked is not { } one ? ProbeLength(input, axis, round)
            : names[input][axis] is { } name && name == names[one.Place.Input][one.Place.Axis] ? one.Length : length)];
        long wanted = shape.Aggregate(1L, (a, b) => a * b);
        if (values.numel() == 0) return zeros(shape, example.dtype, example.device).MoveToOuterDisposeScope();
        long copies = (wanted + values.numel() - 1) / values.numel();
        return values.repeat(copies).narrow(0, 0, wanted).reshape(shape).MoveToOuterDisposeScope();
    }

    /// <summary>ONNX Runtime takes axes of one name to have one length, and lets their tensors share memory.</summary>
    /// <exception cref="ArgumentException">In the examples one name has two lengths.</exception>
    public void RequireOneLengthByName(IReadOnlyList<string> inputNames)
    {
        var seen = new Dictionary<string, (long Length, int Input, int Axis)>();
        for (int i = 0; i < names.Length; i++)
        {
            for (int axis = 0; axis < names[i].Length; axis++)
            {
                if (names[i][axis] is not { } name || seen.TryAdd(name, (shapes[i][axis], i, axis)) || seen[name].Length == shapes[i][axis]) continue;
                (long length, int input, int place) = seen[name];
                throw new ArgumentException(
                    $"'{name}' names axes of different lengths in the examples: {length} (axis {place} of '{inputNames[input]}') and {shapes[i][axis]} " +
                    $"(axis {axis} of '{inputNames[i]}'). Give these inputs names of their own in DynamicAxes; an input without names there keeps its shape.");
            }
        }
    }

    /// <summary>Whether whole numbers or truth values are all the same: turned about, they would tell nothing.</summary>
    public static bool IsUniform(Tensor example)
    {
        if (example.is_floating_point() || example.numel() == 0) return false;
        using Tensor wide = example.to_type(ScalarType.Int64), least = wide.min(), greatest = wide.max();
        return least.item<long>() == greatest.item<long>();
    }

    // A truth value: every second one is the other. A number: the one below or above, in turn.
    private static Tensor Changed(Tensor example, int round)
    {
        if (example.dtype == ScalarType.Bool) return arange(example.numel(), device: example.device).remainder(2).to_type(ScalarType.Bool).logical_xor(example.flatten()).logical_xor(round % 2 == 1);
        long value = example.flatten()[0].to_type(ScalarType.Int64).item<long>();
        return full([example.numel()], value > 0 && round % 2 == 0 ? value - 1 : value + 1, example.dtype, example.device);
    }

    // Without its greatest number: a smaller one may be an index where that was one.
    private static Tensor Lowered(Tensor example)
    {
        if (example.numel() == 0) return example;
        Tensor wide = example.to_type(ScalarType.Int64);
        long greatest = wide.max().item<long>();
        return greatest > wide.min().item<long>() ? example.clamp(max: greatest - 1) : example;
    }

    // Values on the other side of zero where there are two sides, else at the other end of their range.
    private static Tensor Mirrored(Tensor example)
    {
        if (example.numel() == 0) return example;
        float least = example.min().to_type(ScalarType.Float32).item<float>(), greatest = example.max().to_type(ScalarType.Float32).item<float>();
        if (least < 0) return -example;
        if (least < greatest) return greatest - example;
        return least == 0 ? example + 1 : -example;
    }

    private long ProbeLength(int input, int axis, int round = 0) => names[input][axis] switch
    {
        null => shapes[input][axis],
        Batch => shapes[input][axis] + 1 + (AnyButBatch ? 3 : 1) * round,
        // An odd length: what halves it, or asks for its rest, shows.
        { } when round == OddRound => 2 * shapes[input][axis] + 1,
        { } name => shapes[input][axis] * (2 + (others.IndexOf(name) + round) % Math.Max(2, others.Count + 1)),
    };

    private static string?[] Usual(long[] shape, OnnxExportOptions options, bool isPicture)
    {
        var names = new string?[shape.Length];
        if (options.DynamicBatch && shape.Length > 0) names[0] = Batch;
        if (options.DynamicSize && shape.Length == 4)
        {
            int first = isPicture ? 1 : 2;
            names[first] = Height;
            names[first + 1] = Width;
        }

        return names;
    }

    private static string?[] Chosen(string input, long[] shape, IReadOnlyDictionary<int, string> chosen)
    {
        var names = new string?[shape.Length];
        foreach ((int axis, string name) in chosen)
        {
            int place = axis < 0 ? axis + shape.Length : axis;
            if (place < 0 || place >= shape.Length)
                throw new ArgumentException($"DynamicAxes names axis {axis} of '{input}', whose example has {shape.Length} axes.");
            ArgumentException.ThrowIfNullOrEmpty(name);
            names[place] = name;
        }

        return names;
    }
}
