using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>What to say when a module's forward fails: where, on what, and why.</summary>
internal static class ForwardFailure
{
    /// <param name="root">The module.</param>
    /// <param name="error">What it threw.</param>
    /// <param name="inputs">What it was given.</param>
    /// <param name="origin">What these are: <c>the example input</c>.</param>
    /// <param name="running">The layer that was running, its path and the shapes that it was given (null: no tensor).</param>
    /// <param name="last">Path of the last layer that ended.</param>
    public static string Describe(
        Module root, Exception error, IReadOnlyList<Tensor> inputs, string origin, (string Path, Module Leaf, long[]?[] Shapes)? running, string? last)
    {
        string shapes = string.Join(" and ", inputs.Select(input => $"{input.dtype} [{string.Join(", ", input.shape)}]"));
        string where = running is { } at
            ? $"'{at.Path}' ({at.Leaf.GetType().Name}), given {string.Join(" and ", at.Shapes.Select(shape => shape is null ? "nothing" : $"[{string.Join(", ", shape)}]"))}, says"
            : last is null ? "before any layer ran" : $"after '{last}' ran";
        // libtorch's own stack follows its first line.
        return $"{root.GetType().Name} does not accept {origin}, {shapes}: {where}: {error.Message.Split('\n')[0].Trim()}";
    }
}
