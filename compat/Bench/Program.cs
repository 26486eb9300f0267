using Compat.Bench;

switch (args)
{
    case ["dispatch"]:
        return Dispatch.Run(json: false);
    case ["dispatch", "--json"]:
        return Dispatch.Run(json: true);
    default:
        Console.Error.WriteLine("usage: dispatch [--json]   what an operator call from C# costs, beside the same call in a C++ loop");
        return 2;
}
