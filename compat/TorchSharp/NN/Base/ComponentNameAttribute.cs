namespace TorchSharp.Utils;

/// <summary>Gives a field another name than its own among its module's components.</summary>
[AttributeUsage(AttributeTargets.All)]
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}
