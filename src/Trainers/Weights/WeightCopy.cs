using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>Copies stored tensors into a network, all or none.</summary>
internal static class WeightCopy
{
    private const int MaxNamed = 5;
    // A count that BatchNorm keeps and that no prediction depends on; files from before PyTorch 0.4.1 lack it.
    private const string Uncounted = ".num_batches_tracked";

    public static IReadOnlyList<string> Run(string path, IReadOnlyList<StoredTensor> stored, nn.Module network, PretrainedWeightsOptions options)
    {
        Dictionary<string, Tensor> state = network.state_dict();
        CheckSkipped(state.Keys, options.Skip);
        bool Skipped(string name) => options.Skip.Any(layer => IsAtOrBelow(name, layer));

        string prefix = options.Rename is null ? PrefixOf(stored, [.. state.Keys.Where(name => !Skipped(name) && !IsUncounted(name))]) : "";
        var renamed = stored
            .Select(tensor => (Name: NameOf(tensor), Tensor: tensor))
            .Where(item => item.Name is not null && !Skipped(item.Name) && !IsUncountedMisfit(item.Name, item.Tensor))
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
        if (options.Log is not null) SayTakenOff(path, names, given, options);
        return names;

        string? NameOf(StoredTensor tensor)
        {
            if (options.Rename is not null) return options.Rename(tensor.Name);
            if (state.ContainsKey(tensor.NameInFile)) return tensor.NameInFile;
            return prefix.Length > 0 && tensor.Name.StartsWith(prefix, StringComparison.Ordinal) ? tensor.Name[prefix.Length..] : tensor.Name;
        }

        bool IsUncountedMisfit(string name, StoredTensor tensor) =>
            IsUncounted(name) && state.TryGetValue(name, out Tensor? own) && (tensor.Type != own.dtype || !tensor.Shape.SequenceEqual(own.shape));
    }

    // The one prefix without which the file has all that is wanted; none where the names fit as they are, or several prefixes would do (a teacher's and a student's weights).
    private static string PrefixOf(IReadOnlyList<StoredTensor> stored, string[] wanted)
    {
        HashSet<string> names = [.. stored.Select(tensor => tensor.Name)], inFile = [.. stored.Select(tensor => tensor.NameInFile)];
        if (wanted.All(name => names.Contains(name) || inFile.Contains(name))) return "";
        string[] prefixes = [.. names
            .Where(name => name.EndsWith($".{wanted[0]}", StringComparison.Ordinal))
            .Select(name => name[..^wanted[0].Length])
            .Where(prefix => wanted.All(name => names.Contains(prefix + name)))];
        return prefixes is [var only] ? only : "";
    }

    private static void SayTakenOff(string path, string[] names, Dictionary<string, StoredTensor> given, PretrainedWeightsOptions options)
    {
        if (options.Rename is not null) return;
        string[] changed = [.. names.Where(name => given[name].NameInFile != name)];
        if (changed.Length > 0)
            options.Log!($"Of '{path}', {changed.Length:N0} names were shortened to the network's, such as '{given[changed[0]].NameInFile}' to '{changed[0]}'.");
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
