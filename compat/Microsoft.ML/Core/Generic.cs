using System.Reflection;

namespace Microsoft.ML;

/// <summary>Calls generic methods with type arguments known at run time; exceptions come through as thrown.</summary>
internal static class Generic
{
    public static TResult Invoke<TResult>(MethodInfo method, object target, Type[] typeArguments, params object[] arguments) =>
        (TResult)method.MakeGenericMethod(typeArguments).Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    /// <summary>A static method of a type, public or not, by name.</summary>
    public static MethodInfo Method(Type type, string name) =>
        type.GetMethod(name, BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
}
