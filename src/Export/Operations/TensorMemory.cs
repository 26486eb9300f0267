namespace MLNetGen.Export;

/// <summary>
/// Which tensors of a trace share memory. A graph's values never change; a tensor does when forward writes into it, or into another one that is a view of the same
/// memory. What a name stands for is therefore asked for each time, and made anew where something was written since: nodes are spent only where they are needed.
/// </summary>
internal sealed class TensorMemory
{
    private readonly Dictionary<string, Place> places = [];

    /// <summary>Notes a tensor that has memory of its own, the path of the weight or buffer that it is, and whether libtorch does not know how it came to be.</summary>
    public void Add(string name, Func<TracedValue> value, string? weight = null, bool isConstant = false) => places[name] = new(new(value, weight, isConstant), [], 0);

    /// <summary>Notes a tensor that lies in another one's memory, how one comes from that one to it and back, and what it is now.</summary>
    public void AddView(string name, string of, Step step, TracedValue value)
    {
        Place from = places[of];
        places[name] = new(from.Memory, [.. from.Path, step], from.Memory.Writes.Count) { Value = value };
    }

    /// <summary>Notes that a tensor may lie in another one's memory or not, as the lengths of its axes say: after one of the two is written into, the other one is in doubt.</summary>
    public void Doubt(string name, string of, string operation)
    {
        (Memory one, Memory other) = (places[name].Memory, places[of].Memory);
        one.Doubtful.Add((other, operation));
        other.Doubtful.Add((one, operation));
    }

    /// <summary>Notes that a tensor was written into, its name from now on, and what it is now.</summary>
    public void Write(string target, string name, TracedValue value)
    {
        Place into = places[target];
        into.Memory.Write(into.Path, value);
        places[name] = new(into.Memory, into.Path, into.Memory.Writes.Count) { Value = value };
    }

    /// <summary>What a tensor is now.</summary>
    public TracedValue Read(string name)
    {
        Place place = places[name];
        Memory memory = place.Memory;
        if (memory.WrittenBehind is { } operation)
        {
            throw new NotSupportedException(
                $"forward writes into a tensor and then reads another one that {operation} made from it, or the other way round. Whether {operation} copies depends on the lengths of the axes: write into a copy (clone).");
        }

        if (place.Value is null || memory.Writes.Skip(place.Seen).Any(write => !AreApart(write.Path, place.Path)))
            place.Value = place.Path.Aggregate(memory.Read(), (whole, step) => step.Take(whole));
        place.Seen = memory.Writes.Count;
        return place.Value;
    }

    public bool Knows(string name) => places.ContainsKey(name);

    /// <summary>Whether a tensor is a weight or a buffer of the module.</summary>
    public bool IsWeight(string name) => places[name] is { Path.Count: 0, Memory.Weight: not null };

    /// <summary>Notes that a weight is in the file as it was before forward.</summary>
    public void Use(string name) => places[name].Memory.IsRead = true;

    // Two parts that one operation has cut a tensor into.
    private static bool AreApart(IReadOnlyList<Step> one, IReadOnlyList<Step> other)
    {
        int same = one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        return same < one.Count && same < other.Count && one[same].Operation == other[same].Operation && one[same].Output != other[same].Output;
    }

    /// <summary>One step from a tensor to a view of it.</summary>
    /// <param name="Operation">The place of the operation in the trace.</param>
    /// <param name="Output">Which of its results the view is.</param>
    /// <param name="Take">The view of a tensor.</param>
    /// <param name="Put">The tensor with something else in the view's place.</param>
    internal sealed record Step(int Operation, int Output, Func<TracedValue, TracedValue> Take, Func<TracedValue, TracedValue, TracedValue> Put);

    private sealed class Place(Memory memory, IReadOnlyList<Step> path, int seen)
    {
        public Memory Memory => memory;

        public IReadOnlyList<Step> Path => path;

        /// <summary>How many writes there were when the value was made.</summary>
        public int Seen { get; set; } = seen;

        public TracedValue? Value { get; set; }
    }

    private sealed class Memory(Func<TracedValue> original, string? weight, bool isConstant)
    {
        private TracedValue? content;
        private int done;

        public string? Weight => weight;

        public List<(IReadOnlyList<Step> Path, TracedValue Value)> Writes { get; } = [];

        /// <summary>Whether the values from before forward are in the file.</summary>
        public bool IsRead { get; set; }

        public TracedValue Read()
        {
            // What is written over altogether need not be known.
            for (int i = Math.Max(done, Writes.FindLastIndex(write => write.Path.Count == 0)); i < Writes.Count; i++)
                content = Writes[i].Path.Count == 0 ? Writes[i].Value : Put(content ?? Original(), Writes[i].Path, 0, Writes[i].Value);
            done = Writes.Count;
            return content ??= Original();
        }

        /// <summary>The other memories that may be this one, by what came between.</summary>
        public List<(Memory Other, string Operation)> Doubtful { get; } = [];

        /// <summary>The operation that may have made a copy of what was written into elsewhere since.</summary>
        public string? WrittenBehind { get; private set; }

        public void Write(IReadOnlyList<Step> path, TracedValue value)
        {
            foreach ((Memory other, string operation) in Doubtful) other.WrittenBehind = operation;
            // Its numbers are read when forward has ended, and these would be the written ones.
            if (isConstant)
            {
                throw new NotSupportedException(
                    $"forward writes into a tensor of shape [{string.Join(", ", value.Shape)}] that it has made of C# numbers, or that is no registered buffer: write into a copy (clone), or make it by zeros or full.");
            }

            Writes.Add((path, value));
            if (IsRead && weight is not null) throw Changes();
        }

        private TracedValue Original()
        {
            if (weight is not null && Writes.Count > 0) throw Changes();
            IsRead = true;
            return original();
        }

        private InvalidOperationException Changes() => new(
            $"forward writes into '{weight}' and uses what was there before: its result depends on how often it has run, and the file's would not. " +
            "Do that in training only (if (training) …), or make it an input and an output of the module.");

        private static TracedValue Put(TracedValue whole, IReadOnlyList<Step> path, int at, TracedValue value) =>
            at == path.Count ? value : path[at].Put(whole, Put(path[at].Take(whole), path, at + 1, value));
    }
}
