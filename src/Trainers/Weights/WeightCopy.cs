using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>Copies stored tensors into a network, all or none.</summary>
internal static class WeightCopy
{
    private const int MaxNamed = 5;
    // A count that BatchNorm keeps and that no prediction depends on; files from before PyTorch 0.4.1 lack it.
    private const string Uncounted = ".num_batches_tracked";

    public static IReadOnlyList<string> Run(IReadOnlyList<StoredTensor> stored, nn.Module network, PretrainedWeightsOptions options)
    {
        Dictionary<string, Tensor> state = network.state_dict();
        CheckSkipped(state.Keys, options.Skip);
        bool Skipped(string name) => options.Skip.Any(layer => IsAtOrBelow(name, layer));

        var renamed = stored
            .Select(tensor => (Name: options.Rename is null ? tensor.Name : options.Rename(tensor.Name), Tensor: tensor))
            .Where(item => item.Name is not null && !Skipped(item.Name))
            .ToArray();
        Dictionary<string, StoredTensor> given = new(StringComparer.Ordinal);
        foreach ((string? name, StoredTensor tensor) in renamed)
        {
            if (!given.TryAdd(name!, tensor))
                throw new BadWeightsException($"does not fit the network: '{given[name!].Name}' and '{tensor.Name}' are both to become '{name}'. Rename them differently.");
        }

        CheckFit(state, given, Skipped, options.AllowUnused);
        string[] names = [.. renamed.Select(item => item.Name!).Where(state.ContainsKey)];
        Copy(names, given, state);
        return names;
    }

    public static string Some(IEnumerable<string> items)
    {
        string[] all = [.. items];
        string some = string.Join(", ", all.Take(MaxNamed));
        return all.Length > MaxNamed ? $"{some} and {all.Length - MaxNamed:N0} more" : some;
    }

    private static void Copy(string[] names, Dictionary<string, StoredTensor> given, Dictionary<string, Tensor> state)
    {
        // A scope of its own: the caller's would keep what is read until it ends.
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor[] read = [.. names.Select(name => given[name].ReadAsStored())];
        for (int i = 0; i < names.Length; i++)
        {
            state[names[i]].copy_(read[i]);
            read[i].Dispose();
        }
    }

    private static void CheckSkipped(IEnumerable<string> names, IEnumerable<string> skip)
    {
        foreach (string layer in skip.Where(layer => !names.Any(name => IsAtOrBelow(name, layer))))
            throw new ArgumentException($"The network has no layer '{layer}' to skip; its tensors are {Some(names)}.", nameof(skip));
    }

    private static void CheckFit(
        Dictionary<string, Tensor> state, Dictionary<string, StoredTensor> given, Func<string, bool> skipped, bool allowUnused)
    {
        string[] missing = [.. state.Keys.Where(name => !given.ContainsKey(name) && !skipped(name) && !IsUncounted(name))];
        string[] unused = [.. given.Keys.Where(name => !state.ContainsKey(name) && !IsUncounted(name))];
        var both = given.Where(item => state.ContainsKey(item.Key)).Select(item => (Name: item.Key, Stored: item.Value, Own: state[item.Key])).ToArray();
        string[] otherShape = [.. both
            .Where(item => !item.Stored.Shape.SequenceEqual(item.Own.shape))
            .Select(item => $"'{item.Name}' is {StoredTensor.Text(item.Stored.Shape)} in the file and {StoredTensor.Text(item.Own.shape)} in the network")];
        string[] otherType = [.. both
            .Where(item => item.Stored.Type != item.Own.dtype && !(ElementType.IsFloating(item.Stored.Type) && item.Own.is_floating_point()))
            .Select(item => $"'{item.Name}' is {ElementType.NameOf(item.Stored.Type)} in the file and {ElementType.NameOf(item.Own.dtype)} in the network")];

        List<string> problems = [];
        if (otherShape.Length > 0) problems.Add($"of another shape: {Some(otherShape)}");
        if (otherType.Length > 0) problems.Add($"of another type: {Some(otherType)}");
        if (missing.Length > 0) problems.Add($"missing in the file: {Some(missing.Select(name => $"'{name}' {StoredTensor.Text(state[name].shape)}"))}");
        if (unused.Length > 0 && !allowUnused) problems.Add($"not in the network: {Some(unused.Select(name => $"'{name}' {StoredTensor.Text(given[name].Shape)}"))}");
        if (problems.Count == 0) return;
        throw new BadWeightsException(
            $"does not fit the network ({string.Join("; ", problems)}). Nothing was copied. " +
            "Give the weights of this network, or skip the layers that are to keep their own values (the last one, for other classes).");
    }

    private static bool IsAtOrBelow(string name, string layer) =>
        name.StartsWith(layer, StringComparison.Ordinal) && (name.Length == layer.Length || name[layer.Length] == '.');

    private static bool IsUncounted(string name) => name.EndsWith(Uncounted, StringComparison.Ordinal);
}
