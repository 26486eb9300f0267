namespace Microsoft.ML.Runtime;

/// <summary>The environment of an <see cref="MLContext"/>, and the hosts registered in it.</summary>
internal sealed class HostEnvironment : IHost, IHostEnvironmentInternal
{
    private readonly Dictionary<string, object> options = new();
    private readonly Lock randLock = new();

    public HostEnvironment(int? seed, Action<ChannelMessage, string> listener)
    {
        Seed = seed;
        Rand = seed is int value ? new Random(value) : new Random();
        Listener = listener;
        TempFilePath = Path.GetTempPath();
        ComponentCatalog = new ComponentCatalog();
    }

    private HostEnvironment(HostEnvironment parent, string name, Random rand)
    {
        FullName = parent.FullName == null ? name : $"{parent.FullName}; {name}";
        Seed = parent.Seed;
        Rand = rand;
        Listener = parent.Listener;
        TempFilePath = parent.TempFilePath;
        GpuDeviceId = parent.GpuDeviceId;
        FallbackToCpu = parent.FallbackToCpu;
        ComponentCatalog = parent.ComponentCatalog;
    }

    public string FullName { get; }

    public string ContextDescription => FullName;

    public Action<ChannelMessage, string> Listener { get; }

    public Random Rand { get; }

    public int? Seed { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string TempFilePath { get; set; }

    public bool FallbackToCpu { get; set; }

    public int? GpuDeviceId { get; set; }

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        // Each registration draws once, so that components of one seeded context differ, and repeat from run to run.
        lock (randLock)
            return new HostEnvironment(this, name, new Random(seed ?? Rand.Next()));
    }

    public IChannel Start(string name) => new Channel(this, name);

    public IPipe<TMessage> StartPipe<TMessage>(string name) =>
        typeof(TMessage) == typeof(ChannelMessage) ? (IPipe<TMessage>)Start(name) : new Pipe<TMessage>(this, name);

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

    public TException Process<TException>(TException ex)
        where TException : Exception
    {
        if (ex != null)
            ex.Data["Throwing component"] = FullName;
        return ex;
    }

    public bool TryAddOption<T>(string name, T value)
    {
        CheckOptionName(name);
        return options.TryAdd(name, value);
    }

    public void SetOption<T>(string name, T value)
    {
        CheckOptionName(name);
        options[name] = value;
    }

    public bool TryGetOption<T>(string name, out T value)
    {
        CheckOptionName(name);
        bool found = options.TryGetValue(name, out object stored) && stored is T;
        value = found ? (T)stored : default;
        return found;
    }

    public T GetOptionOrDefault<T>(string name)
    {
        CheckOptionName(name);
        options.TryAdd(name, default(T));
        return (T)options[name];
    }

    public bool RemoveOption(string name)
    {
        CheckOptionName(name);
        return options.Remove(name);
    }

    private static void CheckOptionName(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw new ArgumentNullException(nameof(name));
    }
}
