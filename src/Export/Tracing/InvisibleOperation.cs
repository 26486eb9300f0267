using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>Explains a tensor that no observed module produced, guessing the operation from the values.</summary>
internal static class InvisibleOperation
{
    // Enough for the tensors of one block; guessing is quadratic in them.
    private const int MaximumCandidates = 24;

    public static string Explain(
        Tensor tensor, string consumer, string? lastCall, IReadOnlyList<TracedTensor> history, IReadOnlyList<string> unobservable)
    {
        string where = lastCall is null ? "before any layer ran" : $"after '{lastCall}' ran";
        (string Operation, string Remedy)? guess = Guess(tensor, [.. history.Reverse().Take(MaximumCandidates)]);
        string what = guess is { } found
            ? $"Its values say: {found.Operation}. {found.Remedy}"
            : "Do it in a module: MLNetGen.Export has Add, Subtract, Multiply, Divide, MatMul, Concat, Reshape, Permute, Slice, Select, Scale, Mean and Positions; " +
              "for anything else write a small module that implements IOnnxConvertible, or register a converter for it with OnnxConverters.Register.";
        string unknown = unobservable.Count == 0 ? "" :
            $" These modules have a signature that the exporter cannot observe: {string.Join(", ", unobservable)}.";
        return $"{Capitalize(consumer)}, of shape [{string.Join(", ", tensor.shape)}], was not produced by any module: it was computed " +
            $"{where}, by an operation in a forward method (invisible to forward hooks), or by a layer that was run with forward() " +
            $"instead of call(). {what}{unknown}{(Libtorch.Problem is { } problem ? $" (Operations are not seen here: {problem}.)" : "")}";
    }

    private static (string Operation, string Remedy)? Guess(Tensor tensor, TracedTensor[] candidates)
    {
        using Tensor wanted = tensor.detach();
        if (!wanted.is_floating_point() || wanted.numel() < 2) return null;
        if (IsConstant(wanted))
        {
            return ("one number everywhere (zeros, ones, full)",
                "Leave an initial state of zeros out: LSTM and GRU start from zero. Register any other constant as a buffer, or use MLNetGen.Export.Scale.");
        }

        foreach (TracedTensor a in candidates)
        {
            if (GuessUnary(wanted, a) is { } unary) return unary;
        }

        foreach (TracedTensor a in candidates)
        {
            foreach (TracedTensor b in candidates)
            {
                if (GuessBinary(wanted, a, b) is { } binary) return binary;
            }
        }

        return null;
    }

    private static (string Operation, string Remedy)? GuessUnary(Tensor wanted, TracedTensor from)
    {
        Tensor a = from.Snapshot!;
        if (!a.is_floating_point() || a.numel() != wanted.numel()) return null;

        if (!a.shape.SequenceEqual(wanted.shape))
        {
            using Tensor flatWanted = wanted.flatten();
            using Tensor flat = a.flatten();
            if (Same(flatWanted, flat))
            {
                return ($"{from.Description} in another shape (view, reshape, flatten, squeeze, ...)",
                    "Use nn.Flatten, nn.Unflatten or MLNetGen.Export.Reshape.");
            }
        }

        for (int i = 0; i < a.ndim; i++)
        {
            for (int j = i + 1; j < a.ndim; j++)
            {
                using Tensor swapped = a.transpose(i, j);
                if (Same(wanted, swapped)) return ($"{from.Description} with axes {i} and {j} exchanged", "Use MLNetGen.Export.Permute.");
            }
        }

        if (!a.shape.SequenceEqual(wanted.shape)) return null;
        (string Name, string Layer, Func<Tensor> Run)[] functions =
        [
            ("a copy (clone, alias, detach, contiguous, a dropout function) of", "nn.Identity()", a.alias),
            ("relu of", "nn.ReLU()", a.relu),
            ("tanh of", "nn.Tanh()", a.tanh),
            ("sigmoid of", "nn.Sigmoid()", a.sigmoid),
        ];
        foreach ((string name, string layer, Func<Tensor> run) in functions)
        {
            using Tensor result = run();
            if (Same(wanted, result)) return ($"{name} {from.Description}", $"Use the layer {layer}, run with call().");
        }

        using Tensor difference = wanted - a;
        using Tensor ratio = wanted / a;
        if (IsConstant(difference) || IsConstant(ratio))
            return ($"{from.Description} plus or times a number", "Use MLNetGen.Export.Scale.");
        return null;
    }

    private static (string Operation, string Remedy)? GuessBinary(Tensor wanted, TracedTensor left, TracedTensor right)
    {
        Tensor a = left.Snapshot!, b = right.Snapshot!;
        if (!a.is_floating_point() || !b.is_floating_point()) return null;

        if (a.shape.SequenceEqual(wanted.shape) && b.shape.SequenceEqual(wanted.shape))
        {
            (string Sign, string Module, Func<Tensor> Run)[] operations =
            [
                ("+", "Add", () => a + b),
                ("-", "Subtract", () => a - b),
                ("*", "Multiply", () => a * b),
            ];
            foreach ((string sign, string module, Func<Tensor> run) in operations)
            {
                using Tensor result = run();
                if (Same(wanted, result)) return ($"{left.Description} {sign} {right.Description}", $"Use MLNetGen.Export.{module}.");
            }
        }

        if (a.ndim != wanted.ndim || b.ndim != wanted.ndim || a.numel() + b.numel() != wanted.numel()) return null;
        for (int axis = 0; axis < wanted.ndim; axis++)
        {
            if (a.shape[axis] + b.shape[axis] != wanted.shape[axis]) continue;
            if (a.shape.Where((length, i) => i != axis && length != b.shape[i]).Any()) continue;
            using Tensor joined = torch.cat([a, b], axis);
            if (Same(wanted, joined)) return ($"{left.Description} and {right.Description} joined along axis {axis}", "Use MLNetGen.Export.Concat.");
        }

        return null;
    }

    private static bool Same(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.allclose(b, rtol: 1e-5, atol: 1e-7);

    private static bool IsConstant(Tensor tensor)
    {
        using Tensor flat = tensor.flatten();
        using Tensor first = flat.narrow(0, 0, 1);
        using Tensor everywhere = first.expand_as(flat);
        return flat.allclose(everywhere, rtol: 1e-4, atol: 1e-6);
    }

    private static string Capitalize(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
