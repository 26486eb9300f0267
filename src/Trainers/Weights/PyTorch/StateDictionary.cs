namespace MLNetGen.Weights.PyTorch;

/// <summary>Finds the dictionary of tensors in what a training script saved around it.</summary>
internal static class StateDictionary
{
    // What training scripts call it, the surest first.
    private static readonly string[] UsualKeys = ["state_dict", "model_state_dict", "model_state", "model", "net", "network", "params", "weights"];
    private const int MostNested = 4;

    /// <summary>Its tensors by name, in the file's order; entries that are no tensors are left out.</summary>
    /// <exception cref="BadWeightsException">There are no tensors, or several dictionaries of them.</exception>
    public static IReadOnlyList<(string Name, PickledTensor Tensor)> Find(object? saved)
    {
        if (saved is not PickledDictionary root) throw None("what it holds is no dictionary");
        return Tensors(Find(root, MostNested, []) ?? throw None("it holds no tensors by name"));
    }

    // Looks at each one once: a dictionary may hold itself.
    private static PickledDictionary? Find(PickledDictionary dictionary, int depth, HashSet<PickledDictionary> seen)
    {
        if (depth == 0 || !seen.Add(dictionary)) return null;
        // Before tensors of its own: a checkpoint may keep its best accuracy as one.
        foreach (string key in UsualKeys)
        {
            if (dictionary.Items.GetValueOrDefault(key) is PickledDictionary usual && Find(usual, depth - 1, seen) is { } found) return found;
        }

        if (Tensors(dictionary).Count > 0) return dictionary;
        // Asked of each once: one dictionary may be there under many names.
        Dictionary<PickledDictionary, bool> hasTensors = [];
        bool HasTensors(PickledDictionary value) => hasTensors.TryGetValue(value, out bool known)
            ? known
            : hasTensors[value] = value.Items.Any(item => item.Value is PickledTensor);
        var inner = dictionary.Items
            .Select(item => (item.Key, Found: item.Value is PickledDictionary value && HasTensors(value) ? value : null))
            .Where(item => item.Found is not null)
            .ToArray();
        return inner.Length > 1
            ? throw None($"it holds several sets of them ({WeightCopy.Some(inner.Select(item => $"'{item.Key}'"))})")
            : inner.FirstOrDefault().Found;
    }

    private static List<(string Name, PickledTensor Tensor)> Tensors(PickledDictionary dictionary) =>
        [.. dictionary.Items.Where(item => item.Value is PickledTensor).Select(item => (item.Key, (PickledTensor)item.Value!))];

    private static BadWeightsException None(string what) =>
        new($"does not say which weights are meant: {what}. Save the weights alone: torch.save(model.state_dict(), path).");
}
